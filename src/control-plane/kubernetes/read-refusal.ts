import { ApiError } from "./api-client.ts";
import type { Answer } from "./transport/transport.ts";

/** The part of the server's Status object that is used (meta/v1, Status). */
interface Status {
  readonly reason: string;
  readonly message: string;
  readonly retryAfterSeconds: number | undefined;
}

/** Characters of an answer that is no Status object: enough to see who speaks. */
const SHOWN = 200;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readStatus(text: string): Status {
  const raw = parseJson(text);
  if (!isRecord(raw) || raw["kind"] !== "Status") {
    return { reason: "", message: text.trim().slice(0, SHOWN), retryAfterSeconds: undefined };
  }
  const details = isRecord(raw["details"]) ? raw["details"] : {};
  const seconds = details["retryAfterSeconds"];
  return {
    reason: typeof raw["reason"] === "string" ? raw["reason"] : "",
    message: typeof raw["message"] === "string" ? raw["message"] : "",
    retryAfterSeconds: typeof seconds === "number" && seconds > 0 ? seconds : undefined,
  };
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
  const { reason, message, retryAfterSeconds } = readStatus(text);
  const wait = retryAfter(headers["retry-after"], now) ?? retryAfterSeconds;
  const failure = { what, status, reason, detail: message };
  return new ApiError(wait === undefined ? failure : { ...failure, retryAfterSeconds: wait });
}
