import type { ProfileName } from "./profiles.ts";

/** A redirect of everything that a Route gets. */
export interface RedirectPolicy {
  /** 300 to 308. */
  readonly status: number;
  readonly location: string;
}

/** Requests that come over HTTP are sent to the same place over HTTPS. */
export interface HttpsRedirectPolicy {
  /** 300 to 308. */
  readonly status: number;
  /** Whether a slash at the end stays. */
  readonly keepSlash: boolean;
  /** Where clients find HTTPS. */
  readonly port: number;
  /** Whether the Location names the port whatever it is. */
  readonly showPort: boolean;
}

/** Everything is sent to the same place on another host. */
export interface HostRedirectPolicy {
  /** 300 to 308. */
  readonly status: number;
  readonly host: string;
}

/**
 * What few Routes ask for, each subject in a field of its own that is absent where nothing is asked. A Route that asks
 * for none of it has no RoutePolicies at all, and never meets the code that reads them.
 */
export interface RoutePolicies {
  /** The named location that serves it; absent: the plain one. */
  readonly profile?: ProfileName;
  readonly redirect?: RedirectPolicy;
  readonly hostRedirect?: HostRedirectPolicy;
  readonly httpsRedirect?: HttpsRedirectPolicy;
}

/** The same for everything that a host serves, absent where no Route of it needs any. */
export type HostPolicies = Readonly<Record<string, never>>;
