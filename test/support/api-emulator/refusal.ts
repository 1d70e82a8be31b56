import type { JsonObject } from "./api-object.ts";
import type { Resource } from "./resources.ts";

/** The `reason` that belongs to a code where nothing more special holds (`StatusReason` of the API conventions). */
const REASONS: Readonly<Record<number, string>> = {
  400: "BadRequest",
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  405: "MethodNotAllowed",
  406: "NotAcceptable",
  409: "Conflict",
  410: "Expired",
  413: "RequestEntityTooLarge",
  415: "UnsupportedMediaType",
  422: "Invalid",
  429: "TooManyRequests",
  500: "InternalError",
  503: "ServiceUnavailable",
  504: "Timeout",
};

export interface RefusalDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly retryAfterSeconds?: number;
  readonly causes?: readonly JsonObject[];
}

export interface RefusalOptions {
  /** Taken from the code when not given. */
  readonly reason?: string;
  readonly details?: RefusalDetails;
  /** Fields of the Status' own `metadata`. */
  readonly metadata?: JsonObject;
}

/** Why a request is not served: what becomes an object of kind `Status`. */
export class Refusal {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly details: RefusalDetails | undefined;
  readonly #metadata: JsonObject;

  constructor(code: number, message: string, options: RefusalOptions = {}) {
    this.code = code;
    this.message = message;
    this.reason = options.reason ?? REASONS[code] ?? "Unknown";
    this.details = options.details;
    this.#metadata = options.metadata ?? {};
  }

  toStatus(): JsonObject {
    const { message, reason, details, code } = this;
    const status = { kind: "Status", apiVersion: "v1", metadata: this.#metadata, status: "Failure", message, reason };
    return details === undefined ? { ...status, code } : { ...status, details, code };
  }
}

function detailsOf(resource: Resource, name: string): RefusalDetails {
  return {
    ...(name === "" ? {} : { name }),
    ...(resource.group === "" ? {} : { group: resource.group }),
    kind: resource.plural,
  };
}

function nameOf(resource: Resource, name: string): string {
  return `${resource.plural}${resource.group === "" ? "" : `.${resource.group}`} "${name}"`;
}

export function notFound(resource: Resource, name: string): Refusal {
  return new Refusal(404, `${nameOf(resource, name)} not found`, { details: detailsOf(resource, name) });
}

export function alreadyExists(resource: Resource, name: string): Refusal {
  const details = detailsOf(resource, name);
  return new Refusal(409, `${nameOf(resource, name)} already exists`, { reason: "AlreadyExists", details });
}

/** @param why what is no longer as the client believes */
export function conflict(resource: Resource, name: string, why: string): Refusal {
  return new Refusal(409, `${nameOf(resource, name)} was not changed: ${why}`, { details: detailsOf(resource, name) });
}

export function invalid(resource: Resource, name: string, field: string, why: string): Refusal {
  const details = { ...detailsOf(resource, name), kind: resource.kind, causes: [{ message: why, field }] };
  return new Refusal(422, `${resource.kind} "${name}" is invalid: ${field}: ${why}`, { details });
}

/** The history that would be needed is gone. */
export function expired(message: string, metadata: JsonObject = {}): Refusal {
  return new Refusal(410, message, { metadata });
}
