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
  | "path"
  | "query"
  | "host"
  | "address"
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
 * What few Routes ask for, each subject in a field of its own that is absent where nothing is asked. A Route that asks
 * for none of it has no RoutePolicies at all, and never meets the code that reads them.
 */
export interface RoutePolicies {
  /** The named location that serves it; absent: the plain one. */
  readonly profile?: ProfileName;
  readonly redirect?: RedirectPolicy;
  readonly balance?: BalancePolicy;
  readonly mirror?: MirrorPolicy;
  readonly response?: ResponsePolicy;
  /** The Connection header that Endpoints see. */
  readonly connection?: string;
  /** Requests leave no line in the access log. */
  readonly unlogged?: true;
}

/** The same for everything that a host serves, absent where no Route of it needs any. */
export type HostPolicies = Readonly<Record<string, never>>;
