import { isMapping } from "../objects/is-mapping.ts";
import { ApiError } from "./api-client.ts";
import { readStatus, type StatusObject } from "./status-object.ts";
import type { Answer } from "./transport/transport.ts";

/** Characters of an answer that is no Status object: enough to see who speaks. */
const SHOWN = 200;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readAnswer(text: string): Omit<StatusObject, "code"> {
  const raw = parseJson(text);
  if (isMapping(raw) && raw["kind"] === "Status") return readStatus(raw);
  return { reason: "", message: text.trim().slice(0, SHOWN), retryAfterSeconds: undefined };
}

/** Seconds, or a date (RFC 9110 section 10.2.3). @param now the date, milliseconds since 1970 */
function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000);
}

/** @param what `GET /api/v1/services`; @param text the body; @param now the date, milliseconds since 1970 */
export function readRefusal(what: string, { status, headers }: Answer, text: string, now: number): ApiError {
  const { reason, message, retryAfterSeconds } = readAnswer(text);
  const wait = retryAfter(headers["retry-after"], now) ?? retryAfterSeconds;
  const failure = { what, status, reason, detail: message };
  return new ApiError(wait === undefined ? failure : { ...failure, retryAfterSeconds: wait });
}
