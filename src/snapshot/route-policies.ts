import type { ProfileName } from "./profiles.ts";

/** A redirect of everything that a Route gets. */
export interface RedirectPolicy {
  /** 300 to 308. */
  readonly status: number;
  readonly location: string;
}

/** What a part of a RequestText stands for: its own letters, or something that a request says. */
export type TextSource =
  | "text"
  | "request-uri"
  /** The same with everything percent-encoded that is no letter, digit or one of `-._~`: for a query. */
  | "escaped-request-uri"
  | "path"
  | "query"
  | "host"
  | "address"
  | "user"
  | "scheme"
  | "method"
  | "header"
  | "argument"
  | "cookie";

export interface TextPart {
  readonly source: TextSource;
  /** The letters themselves; of a header, an argument or a cookie its name, as NGINX's variables have it. Else empty. */
  readonly name: string;
}

/** A text that is made for each request: its parts, one behind the other. */
export type RequestText = readonly TextPart[];

/** How an Endpoint is chosen for every request on its own; only Routes without affinity have such a policy. */
export type BalancePolicy =
  /** By a hash of the request: the first Endpoint behind it on the ring, or one of the first `subset` at random. */
  | { readonly kind: "hash"; readonly key: RequestText; readonly subset: number }
  /** The one of two random Endpoints that answered quicker lately. */
  | { readonly kind: "quicker" };

/** Where a copy of each request is sent; nobody waits for its answer. */
export interface MirrorPolicy {
  /** The id of the Backend. */
  readonly backend: string;
  readonly scheme: "http" | "https";
  /** The Host header, and the name in TLS. */
  readonly host: string;
  /** What the copy asks for; empty: what the request does. */
  readonly path: string;
  /** Whether the path and query of the request follow `path`. */
  readonly followed: boolean;
  readonly withBody: boolean;
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

/** How long answers of an authority are remembered. */
export interface AuthorityMemory {
  /** What answers are remembered by, besides the Ingress, the host and the path. */
  readonly key: RequestText;
  /** Of the Ingress and all that it says of its authority: what another one was told is nobody else's. */
  readonly owner: string;
  /** Seconds by status; `any` for every other one. */
  readonly seconds: Readonly<Record<string, number>>;
}

/** A header that the question to an authority carries, whatever the client says of it. */
export interface QuestionHeader {
  readonly name: string;
  readonly value: RequestText;
}

/** Who is asked over HTTP whether a request may pass. */
export interface AuthorityPolicy {
  readonly scheme: "http" | "https";
  /** The Host header, and the name in TLS; absent: the host that the request is for. */
  readonly host?: string;
  readonly port: number;
  /** Path and query of the question. */
  readonly target: RequestText;
  readonly method: string;
  /** Where a client goes to make itself known, the way back and all; absent: it gets 401. */
  readonly signIn?: RequestText;
  /** Headers of the answer that Endpoints get, and from nobody else. */
  readonly passed: readonly string[];
  readonly headers: readonly QuestionHeader[];
  /** What X-Auth-Request-Redirect says. */
  readonly wayBack: RequestText;
  readonly memory?: AuthorityMemory;
  /** Its cookies go with errors too. */
  readonly alwaysSetCookie: boolean;
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
  readonly authority?: AuthorityPolicy;
  /** One guard that admits a client is enough; absent: none may refuse. */
  readonly satisfyAny?: true;
  readonly balance?: BalancePolicy;
  readonly mirror?: MirrorPolicy;
}

/** The same for everything that a host serves, absent where no Route of it needs any. */
export type HostPolicies = Readonly<Record<string, never>>;
