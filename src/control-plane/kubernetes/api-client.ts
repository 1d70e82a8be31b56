/** One exchange with the API server. */
export interface ApiRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** From the server's root, with its parts encoded: `/apis/networking.k8s.io/v1/ingresses`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON; undefined: no body. */
  readonly body?: unknown;
  /** `application/json` when absent; a patch names its own kind here. */
  readonly contentType?: string;
  readonly signal?: AbortSignal;
  /** Milliseconds for the whole exchange, or for the head of a stream. */
  readonly timeoutMs?: number;
}

/** A GET whose answer is read line by line for as long as it lasts. */
export type StreamRequest = Omit<ApiRequest, "method" | "body" | "contentType">;

/** Access to an API server. Safe for many requests at the same time. */
export interface ApiClient {
  /**
   * The parsed JSON of a 2xx answer; undefined when it has no body.
   *
   * @throws ApiError for any other status; Error of one sentence when the server cannot be reached, the answer is cut off
   *   or is no JSON; the signal's reason when that ends it
   */
  readonly request: (request: ApiRequest) => Promise<unknown>;
  /**
   * A stream, such as a watch: resolves when the head of a 2xx answer came. Gives whole lines, without their end and
   * without empty ones; ends when the server ends it, and throws when it is cut off in the middle of a line or breaks.
   *
   * @throws as `request`
   */
  readonly lines: (request: StreamRequest) => Promise<AsyncIterable<string>>;
  /** Ends every exchange under way; requests after it reject. */
  readonly close: () => void;
}

/** What an API server said with a status that is no success. */
export interface ApiFailure {
  /** `GET /api/v1/services`. */
  readonly what: string;
  readonly status: number;
  /** `reason` of the server's Status object: `Expired`, `NotFound`, `AlreadyExists`, …; empty when it sent none. */
  readonly reason: string;
  /** The server's own words. */
  readonly detail: string;
  /** From `Retry-After`, or the Status object's details. */
  readonly retryAfterSeconds?: number;
}

/** What to do about a status that waiting does not mend. */
const REMEDIES: Readonly<Record<number, string>> = {
  401: ": renew the credentials",
  403: ": let this user do it (RBAC)",
};

/** The API server answered, but not with success. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly reason: string;
  /** Seconds that the server asks to wait; undefined when it does not. */
  readonly retryAfterSeconds: number | undefined;

  constructor({ what, status, reason, detail, retryAfterSeconds }: ApiFailure) {
    const said = [reason, detail.replace(/\.$/, "")].filter((part) => part !== "").join(": ");
    super(`The API server answered ${what} with ${status}${said === "" ? "" : ` (${said})`}${REMEDIES[status] ?? ""}.`);
    this.status = status;
    this.reason = reason;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Whether something failed because the server answered with this status. */
export function hasStatus(error: unknown, status: number): boolean {
  return error instanceof ApiError && error.status === status;
}

/** Milliseconds that the server asks to wait before anything else is asked of it; 0 when it does not. */
export function askedToWait(error: unknown): number {
  return error instanceof ApiError ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
}
