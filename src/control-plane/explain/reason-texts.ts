import type { Reason } from "../../affinity/decision.ts";

/** What each reason of a decision means, for people. */
export const REASON_TEXTS: Readonly<Record<Reason, string>> = {
  bound: "the cookie names this Endpoint",
  classic: "a cookie that ingress-nginx issued; it is answered with one of ours for the same Endpoint",
  rotated: "sealed under the former key; it is answered with one under the current key for the same Endpoint",
  converted: "issued in the other affinity mode or format; it is answered with one of this mode for the same Endpoint",
  refreshed: "past half of its lifetime; it is answered with a fresh one for the same Endpoint",
  new: "the request brings no cookie of this name",
  gone: "the Endpoint that the cookie names has left",
  unknown: "the cookie is well formed and names no Endpoint here",
  malformed: "the cookie is nothing that Limpet or ingress-nginx ever issued",
  failed: "the attempt before this one failed",
  off: "the Route asks for no affinity; its Endpoints take turns",
  hashed: "a hash of the request leads to it",
  quicker: "of two Endpoints drawn at random the one that answers quicker gets the request",
  "no-route": "nothing matches the host and path",
  "no-endpoint": "the Backend has no Endpoint",
  redirected: "the Route answers by a redirect",
  preflight: "a CORS preflight, which needs no Endpoint",
  denied: "the client may not use the Route",
  unauthorized: "nobody vouches for the client",
  "no-authority": "the authority that knows did not say whether the client may use the Route",
  limited: "the client asks too much",
  "too-large": "the request's body is larger than the Route takes",
};
