/** Why a decision came out as it did: a closed list, shown in the access log, the metrics, `explain` and the dashboard. */
export type Reason =
  /** stick: the cookie names this Endpoint. */
  | "bound"
  /** stick: a cookie of ingress-nginx's, answered with one of ours for the same Endpoint. */
  | "classic"
  /** stick: sealed under the former key, answered with the same under the current one. */
  | "rotated"
  /** stick: issued in the other affinity mode, answered with a value of this one for the same Endpoint. */
  | "converted"
  /** stick: past half of its lifetime, answered with a fresh one. */
  | "refreshed"
  /** assign: no cookie of this name. */
  | "new"
  /** reassign: the Endpoint that it names has left. */
  | "gone"
  /** reassign: well formed, and names nothing here. */
  | "unknown"
  /** reassign: nothing that Limpet or ingress-nginx ever issued. */
  | "malformed"
  /** assign, reassign: the attempt before this one failed. */
  | "failed"
  /** none: the Route asks for no affinity. */
  | "off"
  /** none: a hash of the request leads to this Endpoint. */
  | "hashed"
  /** none: of two Endpoints drawn at random the one that answers quicker. */
  | "quicker"
  /** refuse: nothing matches the host and path. */
  | "no-route"
  /** refuse: the Backend has no Endpoint. */
  | "no-endpoint"
  /** refuse: the Route answers by a redirect. */
  | "redirected"
  /** refuse: a CORS preflight, which needs no Endpoint. */
  | "preflight"
  /** refuse: the client may not use the Route. */
  | "denied"
  /** refuse: nobody vouches for the client. */
  | "unauthorized"
  /** refuse: the authority that knows did not say whether the client may use the Route. */
  | "no-authority"
  /** refuse: the client asks too much. */
  | "limited"
  /** refuse: the request's body is larger than the Route takes. */
  | "too-large";

export const REASONS: readonly Reason[] = [
  "bound",
  "classic",
  "rotated",
  "converted",
  "refreshed",
  "new",
  "gone",
  "unknown",
  "malformed",
  "failed",
  "off",
  "hashed",
  "quicker",
  "no-route",
  "no-endpoint",
  "redirected",
  "preflight",
  "denied",
  "unauthorized",
  "no-authority",
  "limited",
  "too-large",
];

/** A decision that names an Endpoint of the Backend, by its position. */
export interface Chosen {
  /** `none`: the Route has no affinity, and the Endpoint is simply the next one. */
  readonly kind: "stick" | "assign" | "reassign" | "none";
  readonly reason: Reason;
  readonly position: number;
  /** The cookie value to send with the response; empty: no Set-Cookie. */
  readonly value: string;
}

export interface Refused {
  readonly kind: "refuse";
  readonly reason: Reason;
}

export type Decision = Chosen | Refused;
