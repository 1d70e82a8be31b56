import { CATCH_ALL } from "../../routing/match-host.ts";
import type { Host, Route } from "../../snapshot/model.ts";
import type { HttpsWishes } from "../annotations/policies/https-redirect.ts";
import { type GlobalSettings, liveSetting } from "../settings/global-settings.ts";
import { HTTP_REDIRECT_CODE, NO_TLS_REDIRECT_LOCATIONS } from "../settings/live-settings.ts";
import { CLOSED_BACKEND } from "./backend-ref.ts";
import type { BuiltHost } from "./build-host.ts";

/** What holds for every redirect to HTTPS and to another name. */
export interface RedirectSettings {
  /** Where clients find HTTPS. */
  readonly port: number;
  /** 301, 302, 307 or 308. */
  readonly status: number;
  /** Paths that stay on HTTP, and what begins like them: certificates are ordered there (RFC 8555 §8.3). */
  readonly exempt: readonly string[];
}

/** @param port where clients find HTTPS */
export function redirectSettings(global: GlobalSettings, port: number): RedirectSettings {
  const exempt = liveSetting(global, NO_TLS_REDIRECT_LOCATIONS);
  return { port, status: Number(liveSetting(global, HTTP_REDIRECT_CODE)), exempt };
}

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
 */
export function withHttpsRedirect(
  route: Route,
  wishes: HttpsWishes,
  hasTls: boolean,
  { port, status, exempt }: RedirectSettings,
): Route {
  const { redirect, keepSlash, showPort } = wishes;
  const due = redirect === "always" || (redirect === "tls" && hasTls);
  if (!due || route.backend === CLOSED_BACKEND || exempt.some((path) => route.path.startsWith(path))) return route;
  return { ...route, policies: { ...route.policies, httpsRedirect: { status, keepSlash, port, showPort } } };
}

/** A host that nobody declares and that leads to its partner, where an Ingress of that one asks for it. */
export function redirectingHost(host: string, partner: BuiltHost, { status }: RedirectSettings): Host | undefined {
  const grant = partner.grants.find(({ reading }) => reading.https.fromToWww);
  if (grant === undefined) return undefined;
  const { ingress, service } = grant.claim.route;
  const policies = { hostRedirect: { status, host: partner.host } };
  return { host, routes: [{ host, path: "/", match: "prefix", ingress, service, backend: CLOSED_BACKEND, policies }] };
}
