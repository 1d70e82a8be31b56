import type { ProfileName } from "./profiles.ts";

/** A redirect of everything that a Route gets. */
export interface RedirectPolicy {
  /** 300 to 308. */
  readonly status: number;
  readonly location: string;
}

/**
 * A set of IP addresses: for each family a sorted list of first and last addresses in turn, in hex digits, that neither
 * overlap nor touch.
 */
export interface AddressRanges {
  /** 8 digits each. */
  readonly ipv4: readonly string[];
  /** 32 digits each. */
  readonly ipv6: readonly string[];
}

/** Who may use a Route, by address. */
export interface AddressPolicy {
  /** Absent: everybody. */
  readonly allow?: AddressRanges;
  readonly deny?: AddressRanges;
}

/** How often one address may ask. */
export interface RateLimit {
  /** Milliseconds from one request to the next. */
  readonly interval: number;
  /** How many requests more may come at once. */
  readonly burst: number;
}

/** How much one address may ask of an Ingress. */
export interface LimitPolicy {
  readonly perSecond?: RateLimit;
  readonly perMinute?: RateLimit;
  /** Requests in flight at the same time. */
  readonly connections?: number;
  /** Whose requests are not counted. */
  readonly exempt?: AddressRanges;
}

/** How fast a response leaves. */
export interface BandwidthPolicy {
  /** Bytes a second. */
  readonly rate: number;
  /** Bytes that leave as fast as they can before that. */
  readonly after: number;
}

/** Which other sites' pages may read the responses. */
export interface CorsPolicy {
  /** Lower case, `*` for one label of the host; absent: every origin. */
  readonly origins?: readonly string[];
  readonly credentials: boolean;
  /** Values of headers, as they are sent. */
  readonly methods: string;
  readonly headers: string;
  readonly exposed?: string;
  /** Seconds. */
  readonly maxAge: number;
}

/** Names and passwords by HTTP's Basic scheme. */
export interface BasicAuthPolicy {
  readonly realm: string;
  /** User name → hash of the password, as htpasswd writes it. Shown to nobody. */
  readonly users: Readonly<Record<string, string>>;
}

/**
 * What few Routes ask for, each subject in a field of its own that is absent where nothing is asked. A Route that asks
 * for none of it has no RoutePolicies at all, and never meets the code that reads them.
 */
export interface RoutePolicies {
  /** The named location that serves it; absent: the plain one. */
  readonly profile?: ProfileName;
  readonly redirect?: RedirectPolicy;
  readonly cors?: CorsPolicy;
  readonly limits?: LimitPolicy;
  readonly bandwidth?: BandwidthPolicy;
  readonly addresses?: AddressPolicy;
  readonly basicAuth?: BasicAuthPolicy;
  /** One guard that admits a client is enough; absent: none may refuse. */
  readonly satisfyAny?: true;
}

/** The same for everything that a host serves, absent where no Route of it needs any. */
export type HostPolicies = Readonly<Record<string, never>>;
