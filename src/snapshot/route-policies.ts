import type { ProfileName } from "./profiles.ts";
import type { ReadingName } from "./reading.ts";

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
  /** Seconds since 1970, with milliseconds. */
  | "time"
  | "request-id"
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

/** Of a text: what is replaced, and what stands there instead. */
export interface Replacement {
  readonly from: string;
  readonly to: string;
}

/** What is done to the headers of an Endpoint's response. */
export interface ResponsePolicy {
  /** Headers that it gets, whatever it has: name and value in turn. */
  readonly headers?: readonly string[];
  /** Of the application's cookies; `from` in lower case. */
  readonly cookieDomain?: Replacement;
  /** The beginning of the Path of the application's cookies. */
  readonly cookiePath?: Replacement;
  /** The beginning of what Location and Refresh name. */
  readonly redirect?: Replacement;
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
  /** What answers are remembered by, besides the Route and the host. */
  readonly key: RequestText;
  /** The Route and all that is said of its authority: what it was told is nobody else's. */
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

/** How long NGINX waits for an Endpoint; whole seconds, at least 1. */
export interface TimeoutPolicy {
  readonly connect: number;
  readonly send: number;
  readonly read: number;
}

/** When a failed attempt is made again elsewhere; which responses count as failed is the Profile's part. */
export interface RetryPolicy {
  /** In all; 0: one for each Endpoint. */
  readonly attempts: number;
  /** From the first attempt to the last; 0: no limit. */
  readonly seconds: number;
  /** After a connection that failed, or that ended without a response. */
  readonly onError: boolean;
  readonly onTimeout: boolean;
  /** Statuses of responses that the Profile takes for failures: only these are no timeouts and errors. */
  readonly onStatus: readonly number[];
}

/** What is taken of a request's body. */
export interface BodyPolicy {
  /** Bytes; 0: any. */
  readonly limit: number;
  /** Where a body of unknown length is read before anything of it is passed on; absent: it is not. */
  readonly reading?: ReadingName;
  /** Whether every body is read there, whatever it says of its length. */
  readonly readsAll?: boolean;
}

/** What NGINX shows an Endpoint that speaks TLS. */
export interface EndpointTlsPolicy {
  readonly protocol: "https" | "grpcs";
  /** Sent as the server's name (SNI); empty: the request's host; absent: none is sent. */
  readonly serverName?: string;
  /** PEM. */
  readonly certificate?: string;
  /** PEM, of the certificate. */
  readonly key?: string;
  /** The named location where its certificate is verified; absent: it is not. */
  readonly verified?: ProfileName;
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
 * Whether clients show a certificate (NGINX's ssl_verify_client): `on`, a good one; `optional`, a good one or none;
 * `optional_no_ca`, one of whoever, or none; `off`: nobody is asked.
 */
export type ClientVerification = "on" | "optional" | "optional_no_ca" | "off";

export const CLIENT_VERIFICATIONS: readonly ClientVerification[] = ["on", "optional", "optional_no_ca", "off"];

/** The certificates that clients of a host show, and what becomes of those who do not. */
export interface ClientCertificatePolicy {
  /** Of TLS sessions: a digest of the host, its authorities and the depth. Ours alone, 32 bytes as OpenSSL takes them at most. */
  readonly context: string;
  /** The name of the ClientAuthorities. */
  readonly authorities: string;
  readonly verify: ClientVerification;
  /** How many certificates there may be between a client's and the one that is trusted, as OpenSSL counts. */
  readonly depth: number;
  /** Where those go whose certificate is not good; absent: they get 400. */
  readonly errorPage?: string;
  /** A regular expression for the common name, `CN=` in front. */
  readonly commonName?: string;
  /** Endpoints get the certificate itself. */
  readonly passed?: true;
}

/**
 * What few Routes ask for, each subject in a field of its own that is absent where nothing is asked. A Route that asks
 * for none of it has no RoutePolicies at all, and never meets the code that reads them.
 */
export interface RoutePolicies {
  /** The named location that serves it; absent: the plain one. */
  readonly profile?: ProfileName;
  /** The same for requests that came by TLS, where it differs. */
  readonly tlsProfile?: ProfileName;
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
  readonly response?: ResponsePolicy;
  /** The Connection header that Endpoints see. */
  readonly connection?: string;
  /** Requests leave no line in the access log. */
  readonly unlogged?: true;
  readonly canary?: CanaryPolicy;
  readonly timeouts?: TimeoutPolicy;
  readonly retries?: RetryPolicy;
  readonly body?: BodyPolicy;
  readonly endpointTls?: EndpointTlsPolicy;
  readonly rewrite?: RewritePolicy;
  /** The Host header that Endpoints see. */
  readonly upstreamHost?: string;
  /** The id of the Backend that answers when the Route's has no Endpoint, and in place of errors. */
  readonly defaultBackend?: string;
  readonly errors?: ErrorPolicy;
  readonly hostRedirect?: HostRedirectPolicy;
  readonly httpsRedirect?: HttpsRedirectPolicy;
  /** Of a host that asks for client certificates: over plain HTTP, where nobody can show one, none is needed here. */
  readonly withoutCertificate?: true;
}

/** The same for everything that a host serves, absent where no Route of it needs any. */
export interface HostPolicies {
  /** Where requests for `/` are sent. */
  readonly appRoot?: string;
  readonly clients?: ClientCertificatePolicy;
  /** Something that guards the host cannot be honoured: it serves nobody. */
  readonly closed?: true;
}
