/**
 * What both planes agree on: plain data, no behaviour. The control plane builds it from Kubernetes objects, the data
 * plane and `limpet explain` read it. Optional fields are absent, never null.
 */

import type { TlsPolicy } from "./certificate.ts";
import type { GlobalPolicies } from "./global-policies.ts";
import type { HostPolicies, RoutePolicies } from "./route-policies.ts";

/**
 * `ready` takes new sessions; `draining` keeps the sessions it has and gets no new ones; `joining` will be ready in a
 * moment, when every replica has heard of it: until then it gets no new sessions, and serves Routes without affinity.
 */
export type EndpointState = "ready" | "draining" | "joining";

export const ENDPOINT_STATES: readonly EndpointState[] = ["ready", "draining", "joining"];

/** One address:port of a Backend. */
export interface Endpoint {
  /** An IP address as the EndpointSlice writes it; IPv6 without brackets. */
  readonly address: string;
  readonly port: number;
  readonly state: EndpointState;
}

export type AffinityMode = "balanced" | "persistent";

export type SameSite = "Strict" | "Lax" | "None";

/** `auto`: Secure exactly when the client's connection is TLS. */
export type SecureAttribute = "auto" | "always" | "never";

/** The parsed affinity settings of a Route: where it looks for a Binding and what its Set-Cookie says. */
export interface AffinityPolicy {
  readonly mode: AffinityMode;
  readonly cookieName: string;
  readonly cookiePath: string;
  readonly cookieDomain?: string;
  /** Seconds; the Max-Age attribute. */
  readonly maxAge?: number;
  /** Seconds from now; the Expires attribute. */
  readonly expires?: number;
  readonly secure: SecureAttribute;
  readonly sameSite?: SameSite;
  /** Leave `SameSite=None` out for browsers that refuse it. */
  readonly conditionalSameSiteNone: boolean;
  /** After a failed attempt: true moves the session, false leaves it where it is. */
  readonly changeOnFailure: boolean;
}

/** `exact`: the path alone. `prefix`: the path and everything below it, by whole segments. */
export type PathMatch = "exact" | "prefix";

/** host + path → Backend. */
export interface Route {
  /** Lower case; `*.example.com` for a wildcard, `_` for every host that is not declared. */
  readonly host: string;
  /** As the Ingress wrote it; `/` for a default backend. */
  readonly path: string;
  readonly match: PathMatch;
  /** The regular expression that it stands for on a host in regex mode, where that is not its path. */
  readonly pattern?: string;
  /** `namespace/name` of the Ingress that owns it; empty for the server-wide default backend. */
  readonly ingress: string;
  /** `namespace/name:port` as the Ingress wrote it: for people, in the log and in metrics. */
  readonly service: string;
  /** The id of the Backend. */
  readonly backend: string;
  readonly affinity?: AffinityPolicy;
  readonly policies?: RoutePolicies;
}

/** Everything that one host serves. A host that no Ingress declares has no entry. */
export interface Host {
  readonly host: string;
  /** Of a host in regex mode in the order in which they are tried, of any other in that of their paths. */
  readonly routes: readonly Route[];
  readonly policies?: HostPolicies;
  /** Every path is a regular expression, whatever its `match` says: one Route of the host asks for it. */
  readonly regex?: boolean;
  /** The declared host that it is another name of. */
  readonly aliasOf?: string;
}

/**
 * One Service port's Endpoints, with every cookie value that names one of them. The lists `pins`, `formerPins` and
 * `classicPins` run parallel to `endpoints`; a list that does not apply is empty.
 */
export interface Backend {
  /** `namespace/service:port`, the port as the Ingress wrote it: unambiguous, since neither name may hold `/` or `:`. */
  readonly id: string;
  readonly endpoints: readonly Endpoint[];
  /** The sealed value of each Endpoint under the current key. */
  readonly pins: readonly string[];
  /** The same under the key before it, while a rotation lasts. */
  readonly formerPins: readonly string[];
  /** The 32 hex digits that ingress-nginx gives each Endpoint in persistent mode. */
  readonly classicPins: readonly string[];
  /** What ingress-nginx writes behind the `|`; empty with `--classic-cookies=off`. */
  readonly classicKey: string;
  /** Sealed values of Endpoints that left lately: they tell `gone` from `unknown`, and decide nothing. */
  readonly departed: readonly string[];
  /**
   * Positions of the ready Endpoints that will be there when the roll-out is over: a session that lost its Endpoint goes
   * to one of these. Absent when there is no roll-out, or no way to tell.
   */
  readonly newest?: readonly number[];
}

/** Which of ingress-nginx's cookies are honoured, and written. */
export type ClassicCookies = "accept" | "write" | "off";

/** What responses over TLS say in Strict-Transport-Security (RFC 6797 §6.1). */
export interface Hsts {
  /** Seconds. */
  readonly maxAge: number;
  readonly includeSubDomains: boolean;
  readonly preload: boolean;
}

/** What holds for every Route. */
export interface Settings {
  readonly classicCookies: ClassicCookies;
  /** The id of the Backend that answers where no Route does; absent: a 404 of our own. */
  readonly defaultBackend?: string;
  /** Absent: responses over TLS say nothing of it. */
  readonly hsts?: Hsts;
  /** Absent: every Route goes by its own alone. */
  readonly policies?: GlobalPolicies;
  readonly tls?: TlsPolicy;
}

/** How many sealed values there are in balanced mode: enough that hundreds of Endpoints get even shares. */
export const SLOT_COUNT = 16384;

/** Characters of a sealed value: 96 bits in base64url. */
export const SEALED_LENGTH = 16;

/** The sealed values of balanced mode, the same for all Backends. */
export interface Slots {
  /** SLOT_COUNT values of SEALED_LENGTH characters, one behind the other. */
  readonly values: string;
  /** The same under the key before; empty when no rotation is on. */
  readonly formerValues: string;
}
