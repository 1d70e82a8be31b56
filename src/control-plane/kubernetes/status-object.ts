import { isMapping } from "../objects/is-mapping.ts";
import { ApiError } from "./api-client.ts";

/** The part of the server's Status object that is used (meta/v1, Status). */
export interface StatusObject {
  /** Of HTTP; undefined where it has none. */
  readonly code: number | undefined;
  /** Empty where it has none, as the message. */
  readonly reason: string;
  readonly message: string;
  readonly retryAfterSeconds: number | undefined;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

export function readStatus({ code, reason, message, details }: Record<string, unknown>): StatusObject {
  const seconds = isMapping(details) ? details["retryAfterSeconds"] : undefined;
  return {
    code: typeof code === "number" ? code : undefined,
    reason: text(reason),
    message: text(message),
    retryAfterSeconds: typeof seconds === "number" && seconds > 0 ? seconds : undefined,
  };
}

/** What an ERROR event of a watch says. @param what `the watch at /api/v1/services` */
export function errorOfEvent(what: string, object: Record<string, unknown>): ApiError {
  const { code = 500, reason, message, retryAfterSeconds } = readStatus(object);
  const failure = { what, status: code, reason, detail: message };
  return new ApiError(retryAfterSeconds === undefined ? failure : { ...failure, retryAfterSeconds });
}
