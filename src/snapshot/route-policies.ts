import type { ProfileName } from "./profiles.ts";

/** A redirect of everything that a Route gets. */
export interface RedirectPolicy {
  /** 300 to 308. */
  readonly status: number;
  readonly location: string;
}

/** An alternative Backend that gets some of a Route's requests. */
export interface CanaryPolicy {
  /** The id of the alternative Backend. */
  readonly backend: string;
  /** `namespace/name:port`, for people. */
  readonly service: string;
  /** The share of clients that are new: so many of `total`. */
  readonly weight: number;
  readonly total: number;
  /** A request header, lower case with `_` for `-`; it says `always` or `never`. */
  readonly header?: string;
  /** Instead: the one value that chooses the canary. */
  readonly headerValue?: string;
  /** Instead: a regular expression that finds something in the values that do. */
  readonly headerPattern?: string;
  /** A cookie that says `always` or `never`. */
  readonly cookie?: string;
  /** Whether the canary has the Route's affinity; false: none. */
  readonly sticky: boolean;
  /** Header, cookie and weight decide about bound clients too: each has a number, which a change of the weight claims or not. */
  readonly follow: boolean;
  /** The second half of sealed cookies whose sessions are on the canary; under the key before, while a rotation lasts. */
  readonly mark: string;
  readonly formerMark?: string;
}

/**
 * What few Routes ask for, each subject in a field of its own that is absent where nothing is asked. A Route that asks
 * for none of it has no RoutePolicies at all, and never meets the code that reads them.
 */
export interface RoutePolicies {
  /** The named location that serves it; absent: the plain one. */
  readonly profile?: ProfileName;
  readonly redirect?: RedirectPolicy;
  readonly canary?: CanaryPolicy;
}

/** The same for everything that a host serves, absent where no Route of it needs any. */
export type HostPolicies = Readonly<Record<string, never>>;
