import type { ProfileName } from "./profiles.ts";

/** A redirect of everything that a Route gets. */
export interface RedirectPolicy {
  /** 300 to 308. */
  readonly status: number;
  readonly location: string;
}

/**
 * What few Routes ask for, each subject in a field of its own that is absent where nothing is asked. A Route that asks
 * for none of it has no RoutePolicies at all, and never meets the code that reads them.
 */
export interface RoutePolicies {
  /** The named location that serves it; absent: the plain one. */
  readonly profile?: ProfileName;
  readonly redirect?: RedirectPolicy;
}

/** The same for everything that a host serves, absent where no Route of it needs any. */
export type HostPolicies = Readonly<Record<string, never>>;
