import type { ProfileName } from "./profiles.ts";

/** A redirect of everything that a Route gets. */
export interface RedirectPolicy {
  /** 300 to 308. */
  readonly status: number;
  readonly location: string;
}

/** The path that Endpoints see in place of the client's. */
export interface RewritePolicy {
  /** `$1` to `$9` stand for what the groups of the Route's path match; a `?` at its end drops the query. */
  readonly target: string;
  /** The header X-Forwarded-Prefix of requests to Endpoints. */
  readonly forwardedPrefix?: string;
}

/** Error responses that the default backend answers instead. */
export interface ErrorPolicy {
  /** 400 to 599. */
  readonly statuses: readonly number[];
  /** The named location that takes those away that Endpoints send; absent: only Limpet's own are answered. */
  readonly location?: ProfileName;
}

/**
 * What few Routes ask for, each subject in a field of its own that is absent where nothing is asked. A Route that asks
 * for none of it has no RoutePolicies at all, and never meets the code that reads them.
 */
export interface RoutePolicies {
  /** The named location that serves it; absent: the plain one. */
  readonly profile?: ProfileName;
  readonly redirect?: RedirectPolicy;
  readonly rewrite?: RewritePolicy;
  /** The Host header that Endpoints see. */
  readonly upstreamHost?: string;
  /** The id of the Backend that answers when the Route's has no Endpoint, and in place of errors. */
  readonly defaultBackend?: string;
  readonly errors?: ErrorPolicy;
}

/** The same for everything that a host serves, absent where no Route of it needs any. */
export interface HostPolicies {
  /** Where requests for `/` are sent. */
  readonly appRoot?: string;
}
