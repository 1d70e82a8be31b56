import { CATCH_ALL } from "../../routing/match-host.ts";
import type { Host, Route } from "../../snapshot/model.ts";
import type { HttpsWishes } from "../annotations/policies/https-redirect.ts";
import { CLOSED_BACKEND } from "./backend-ref.ts";
import type { BuiltHost } from "./build-host.ts";

/** ConfigMap key http-redirect-code of ingress-nginx. */
const STATUS = 308;

/** Certificates are ordered over plain HTTP here (RFC 8555 §8.3): ingress-nginx's no-tls-redirect-locations. */
const NEVER_REDIRECTED = "/.well-known/acme-challenge";

const WWW = "www.";

/** The other of the two names `www.example.com` and `example.com`; undefined for a wildcard and the catch-all. */
export function wwwPartner(host: string): string | undefined {
  if (host === CATCH_ALL || host.startsWith("*")) return undefined;
  return host.startsWith(WWW) ? host.substring(WWW.length) : WWW + host;
}

/**
 * A Route as its host serves it: with the redirect to HTTPS where that is due.
 *
 * @param hasTls whether the host has TLS
 * @param port where clients find HTTPS
 */
export function withHttpsRedirect(route: Route, wishes: HttpsWishes, hasTls: boolean, port: number): Route {
  const { redirect, keepSlash, showPort } = wishes;
  const due = redirect === "always" || (redirect === "tls" && hasTls);
  if (!due || route.backend === CLOSED_BACKEND || route.path.startsWith(NEVER_REDIRECTED)) return route;
  return { ...route, policies: { ...route.policies, httpsRedirect: { status: STATUS, keepSlash, port, showPort } } };
}

/** A host that nobody declares and that leads to its partner, where an Ingress of that one asks for it. */
export function redirectingHost(host: string, partner: BuiltHost): Host | undefined {
  const grant = partner.grants.find(({ reading }) => reading.https.fromToWww);
  if (grant === undefined) return undefined;
  const { ingress, service } = grant.claim.route;
  const policies = { hostRedirect: { status: STATUS, host: partner.host } };
  return { host, routes: [{ host, path: "/", match: "prefix", ingress, service, backend: CLOSED_BACKEND, policies }] };
}
