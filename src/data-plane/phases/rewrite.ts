import { CATCH_ALL, matchHost } from "../../routing/match-host.ts";
import { matchPath, needsSlash } from "../../routing/match-path.ts";
import { isCurrent } from "../current-entries.ts";
import { findBackend } from "../loaded-backends.ts";
import { findHost, prepareRoute, type RouteIndex } from "../loaded-hosts.ts";
import { applyPolicies } from "../policies/apply-policies.ts";
import { beginRequest, type RequestState } from "../request.ts";
import { newRequestId } from "../request-id.ts";
import { refuse, serve } from "../serve.ts";
import { currentHsts, currentSettings, refresh, writesClassic } from "../store.ts";

/** Answered by ourselves for every host that nobody declares: load balancers ask every ingress-nginx for it. */
const HEALTH_PATH = "/healthz";

/** What ngx.escape_uri leaves alone: everything that a path may hold. */
const WHOLE_URI = 0;

function redirectToSlash(path: string): void {
  const args = ngx.var["args"];
  const target = ngx.escape_uri(`${path}/`, WHOLE_URI);
  ngx.redirect(args === undefined ? target : `${target}?${args}`, 301);
}

/** The Route to the server-wide default backend. */
function defaultRoute(): RouteIndex | undefined {
  const id = currentSettings().defaultBackend;
  if (id === undefined) return undefined;
  return prepareRoute({ host: CATCH_ALL, path: "/", match: "prefix", ingress: "", service: id, backend: id });
}

function serveDefault(request: RequestState): void {
  const route = defaultRoute();
  const backend = route === undefined ? undefined : findBackend(route.backend, writesClassic());
  if (route === undefined || backend === undefined || backend.size === 0) {
    return refuse(request, "no-route", 404);
  }
  serve(request, route, backend);
}

/** For what no Route matches. An entry may have been missing because a push was adopted just now: then again from the start. */
function serveUnmatched(request: RequestState): void {
  if (!isCurrent()) return route(request);
  const host = matchHost(request.host, findHost);
  if (host !== undefined && needsSlash(host, request.path)) return redirectToSlash(request.path);
  if (host === undefined && request.path === HEALTH_PATH) return refuse(request, "no-route", 200);
  serveDefault(request);
}

function serveWithoutBackend(request: RequestState, found: RouteIndex): void {
  if (!isCurrent()) return route(request);
  request.route = found;
  refuse(request, "no-endpoint", 503);
}

/** A Route that asks for more than its Backend, though over TLS nothing may be left of it. */
function serveByPolicies(request: RequestState, found: RouteIndex): void {
  // Asked of NGINX and not kept with the request: plain Routes are to pay nothing for it.
  const policies = ngx.var["https"] === "on" ? found.tlsPolicies : found.policies;
  if (policies !== undefined) applyPolicies(request, found, policies);
  const backend = findBackend(found.backend, writesClassic());
  if (backend === undefined) return serveWithoutBackend(request, found);
  serve(request, found, backend);
  if (policies?.profile !== undefined) ngx.exec(policies.profile);
}

function route(request: RequestState): void {
  refresh();
  const host = matchHost(request.host, findHost);
  if (host === undefined) return serveUnmatched(request);
  if (host.host === CATCH_ALL && request.path === HEALTH_PATH) return refuse(request, "no-route", 200);
  const found = matchPath(host, request.path);
  if (found === undefined) return serveUnmatched(request);
  if (found.policies !== undefined) return serveByPolicies(request, found);
  const backend = findBackend(found.backend, writesClassic());
  if (backend === undefined) return serveWithoutBackend(request, found);
  serve(request, found, backend);
}

/** Matches the request and decides on its Endpoint; answers itself what no Endpoint can. */
export function rewrite(): void {
  // As ingress-nginx: no response says what serves it.
  ngx.header["Server"] = undefined;
  ngx.var["limpet_new_request_id"] = newRequestId();
  route(beginRequest(ngx.var["host"] as string, ngx.var["uri"] as string));
}

/** The same over TLS, where responses say so. */
export function rewriteTls(): void {
  refresh();
  ngx.var["limpet_hsts"] = currentHsts();
  rewrite();
}
