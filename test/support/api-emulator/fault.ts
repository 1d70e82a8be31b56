import type { ApiObject } from "./api-object.ts";
import type { Refusal } from "./refusal.ts";
import type { RequestInfo, Verb } from "./request-info.ts";
import type { ResourceName } from "./resources.ts";

/** Which requests a fault meets; what is not said holds for all. */
export interface FaultScope {
  readonly verb?: Verb;
  readonly resource?: ResourceName;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
  /** True: only later pages of a list. False: only its first page, or a list without pages. */
  readonly continued?: boolean;
  /** Anything else. */
  readonly when?: (info: RequestInfo) => boolean;
}

export function inScope(scope: FaultScope, info: RequestInfo): boolean {
  const { verb, resource, namespace, name, subresource, continued, when } = scope;
  if (verb !== undefined && verb !== info.verb) return false;
  if (resource !== undefined && resource !== info.resource.name) return false;
  if (namespace !== undefined && namespace !== info.namespace) return false;
  if (name !== undefined && name !== info.name) return false;
  if (subresource !== undefined && subresource !== info.subresource) return false;
  if (continued !== undefined && continued !== ((info.query.get("continue") ?? "") !== "")) return false;
  return when?.(info) ?? true;
}

/**
 * How a connection ends: `close` ends the answer in good order, `fin` closes the connection in its middle, `reset` breaks
 * it (TCP RST).
 */
export type Ending = "close" | "fin" | "reset";

/** What goes wrong. */
export type FaultAction =
  /** The request is refused. */
  | { readonly kind: "answer"; readonly refusal: Refusal; readonly retryAfter: number | undefined }
  /** The watch is told that its resourceVersion is too old. */
  | { readonly kind: "gone"; readonly as: GoneForm }
  /** The watch is accepted and says nothing ever again. */
  | { readonly kind: "half-open" }
  /** The watch says nothing until the fault is lifted, and then all that it had to say. */
  | { readonly kind: "silence" }
  /** The next line of the watch ends in its middle. */
  | { readonly kind: "cut-line"; readonly ending: Ending }
  /** The body ends before its end. */
  | { readonly kind: "cut-body"; readonly share: number; readonly ending: Ending }
  /** The list leaves objects out. */
  | { readonly kind: "omit"; readonly omits: (object: ApiObject) => boolean }
  /** The answer, or the handling, waits until it is let go. */
  | { readonly kind: "hold"; readonly before: Moment; readonly released: Promise<void> }
  /** The connection breaks without an answer. */
  | { readonly kind: "reset"; readonly before: Moment }
  /** The body comes in small parts. */
  | { readonly kind: "trickle"; readonly bytes: number; readonly interval: number }
  /** Bookmarks tell another resourceVersion. */
  | { readonly kind: "bookmark-version"; readonly versionOf: (current: number) => number | string };

/** Whether a fault strikes before a request takes effect, or after it and before its answer. */
export type Moment = "answer" | "handling";

/** How a watch is told that its resourceVersion is too old: by the status of the answer, or in the stream. */
export type GoneForm = "error-event" | "http";

export type FaultKind = FaultAction["kind"];
export type ActionOf<K extends FaultKind> = Extract<FaultAction, { readonly kind: K }>;
