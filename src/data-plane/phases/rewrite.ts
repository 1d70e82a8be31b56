import type { HostIndex } from "../../routing/host-index.ts";
import { CATCH_ALL, matchHost } from "../../routing/match-host.ts";
import { matchPath, needsSlash } from "../../routing/match-path.ts";
import { matchRegex, type RegexRoute } from "../../routing/regex-routes.ts";
import { INSTEAD_LOCATION } from "../../snapshot/interceptions.ts";
import type { ProfileName } from "../../snapshot/profiles.ts";
import type { ReadingName } from "../../snapshot/reading.ts";
import type { RoutePolicies } from "../../snapshot/route-policies.ts";
import { isCurrent } from "../current-entries.ts";
import { currentHsts, currentSettings } from "../current-settings.ts";
import { findBackend, type LoadedBackend } from "../loaded-backends.ts";
import { type CanaryRoute, findHost, prepareRoute, type RouteIndex, type ServedPolicies } from "../loaded-hosts.ts";
import { isTls, readVariable } from "../nginx-values.ts";
import { PATTERNS } from "../patterns.ts";
import { admitUnmatched, applyGuards, applyHostPolicies, applyPolicies } from "../policies/apply-policies.ts";
import { passAnswer } from "../policies/authority-answer.ts";
import { balanceRequest } from "../policies/balance-by-request.ts";
import { blockClient } from "../policies/block-clients.ts";
import { findDefaultBackend } from "../policies/default-backend.ts";
import { useEndpointTls } from "../policies/endpoint-tls.ts";
import { addGlobalHeaders, sendGlobalHeaders } from "../policies/global-headers.ts";
import { noteAnswer } from "../policies/guard-by-authority.ts";
import { locationFor } from "../policies/location-for.ts";
import { locationOfMirror } from "../policies/mirror.ts";
import { nginxRequest } from "../policies/nginx-request.ts";
import { admitBody, readFirst } from "../policies/read-body.ts";
import { sendConnection } from "../policies/send-connection.ts";
import { serveInstead } from "../policies/serve-instead.ts";
import { serveWithCanary } from "../policies/serve-with-canary.ts";
import { shapeRequest } from "../policies/shape-request.ts";
import { beginRequest, currentRequest, type RequestState, rareOf } from "../request.ts";
import { giveRequestId } from "../request-id.ts";
import { carryOut, refuse, serve } from "../serve.ts";
import { refresh, writesClassic } from "../store.ts";

/** Answered by ourselves for every host that nobody declares: load balancers ask every ingress-nginx for it. */
const HEALTH_PATH = "/healthz";

/** What ngx.escape_uri leaves alone: everything that a path may hold. */
const WHOLE_URI = 0;

function redirectToSlash(request: RequestState): void {
  const args = ngx.var["args"];
  const target = ngx.escape_uri(`${request.path}/`, WHOLE_URI);
  addGlobalHeaders(request);
  ngx.redirect(args === undefined ? target : `${target}?${args}`, 301);
}

/** The Route to the server-wide default backend. */
function defaultRoute(): RouteIndex | undefined {
  const id = currentSettings().defaultBackend;
  if (id === undefined) return undefined;
  return prepareRoute({ host: CATCH_ALL, path: "/", match: "prefix", ingress: "", service: id, backend: id });
}

function serveWithBody(request: RequestState, route: RouteIndex, backend: LoadedBackend): void {
  request.route = route;
  const reading = admitBody(request, undefined);
  serve(request, route, backend);
  if (reading !== undefined) readFirst(request, reading, undefined);
}

/** Serves a Route that asks for nothing more than its Backend. */
function servePlainly(request: RequestState, route: RouteIndex, backend: LoadedBackend): void {
  if (request.rare?.hasBody === true) serveWithBody(request, route, backend);
  else serve(request, route, backend);
}

function serveDefault(request: RequestState): void {
  const route = defaultRoute();
  const backend = route === undefined ? undefined : findBackend(route.backend, writesClassic());
  if (route === undefined || backend === undefined || backend.size === 0) {
    return refuse(request, "no-route", 404);
  }
  if (route.policies === undefined) servePlainly(request, route, backend);
  else serveByPolicies(request, route, route.policies);
}

/** On a host in regex mode, where no path stands in a table. @returns whether a Route matches */
function serveByPattern(request: RequestState, routes: readonly RegexRoute<RouteIndex>[]): boolean {
  const found = matchRegex(routes, request.path, PATTERNS);
  if (found === "none") return false;
  if (found === "cut-off") refuse(request, "no-route", 500);
  else serveFound(request, found);
  return true;
}

/** What a declared host has for a path that stands in none of its tables. @returns whether there is something */
function serveUnmatchedOn(host: HostIndex<RouteIndex>, request: RequestState): boolean {
  if (host.policies !== undefined) applyHostPolicies(request, host.policies);
  if (host.regexRoutes !== undefined && serveByPattern(request, host.regexRoutes)) return true;
  if (host.policies !== undefined) admitUnmatched(request, host.policies);
  if (needsSlash(host, request.path)) redirectToSlash(request);
  return false;
}

/** For what no Route matches. An entry may have been missing because a push was adopted just now: then again from the start. */
function serveUnmatched(request: RequestState): void {
  if (!isCurrent()) return route(request);
  const host = matchHost(request.host, findHost);
  if (host === undefined && request.path === HEALTH_PATH) return refuse(request, "no-route", 200);
  blockClient(request, nginxRequest(request));
  if (host !== undefined && serveUnmatchedOn(host, request)) return;
  serveDefault(request);
}

function serveWithoutBackend(request: RequestState, found: RouteIndex): void {
  if (!isCurrent()) return route(request);
  request.route = found;
  refuse(request, "no-endpoint", 503);
}

/** A Route with a canary. That its Backend is unknown may mean that a push was adopted just now, as everywhere. */
function serveByCanary(request: RequestState, found: RouteIndex, main: LoadedBackend, canary: CanaryRoute): void {
  const alternative = findBackend(canary.route.backend, writesClassic());
  if (alternative === undefined && !isCurrent()) return route(request);
  serveWithCanary(request, found, main, canary, alternative);
}

/**
 * Sends a request to the location that it needs.
 *
 * @param reading where its body is read first; undefined: nowhere
 * @param next undefined: it stays where it is
 */
function goOn(request: RequestState, reading: ReadingName | undefined, next: ProfileName | undefined): void {
  if (reading !== undefined) readFirst(request, reading, next);
  if (next !== undefined) ngx.exec(next);
}

/** A Route without an Endpoint: its default backend answers what its own would have been asked. */
function serveInPlaceOf(
  request: RequestState,
  found: RouteIndex,
  policies: RoutePolicies,
  reading: ReadingName | undefined,
): void {
  if (!isCurrent()) return route(request);
  const instead = policies.defaultBackend === undefined ? undefined : findDefaultBackend(policies.defaultBackend);
  if (instead === undefined) return refuse(request, "no-endpoint", 503);
  serveInstead(request, found, instead, 503);
  sendGlobalHeaders(request);
  goOn(request, reading, INSTEAD_LOCATION);
}

function findServing(found: RouteIndex): LoadedBackend | undefined {
  const backend = findBackend(found.backend, writesClassic());
  return backend === undefined || backend.size === 0 ? undefined : backend;
}

/** Chooses the Endpoint, and sends the request to the location that its Route needs. */
function serveShaped(
  request: RequestState,
  found: RouteIndex,
  policies: RoutePolicies,
  backend: LoadedBackend,
  reading: ReadingName | undefined,
): void {
  if (found.canary !== undefined) serveByCanary(request, found, backend, found.canary);
  else if (policies.balance === undefined) serve(request, found, backend);
  else carryOut(request, found, backend, balanceRequest(request, policies.balance, backend));
  // Affinity and canaries go by what the client says itself, so that these come behind them.
  if (policies.authority !== undefined) passAnswer(policies.authority, request.rare?.told);
  shapeRequest(request, found, policies);
  if (policies.connection !== undefined) sendConnection(policies.connection);
  if (policies.endpointTls !== undefined) useEndpointTls(policies.endpointTls);
  sendGlobalHeaders(request);
  goOn(request, reading, locationOfMirror(policies) ?? locationFor(policies));
}

/** @param reading where the body must be read first; undefined: nowhere */
function serveGuarded(
  request: RequestState,
  found: RouteIndex,
  policies: RoutePolicies,
  reading: ReadingName | undefined,
): void {
  applyGuards(request, policies);
  // Looked for again: a guard may have waited.
  const backend = findServing(found);
  if (backend === undefined) return serveInPlaceOf(request, found, policies, reading);
  serveShaped(request, found, policies, backend, reading);
}

/** A Route that asks for more than its Backend. */
function serveByPolicies(request: RequestState, found: RouteIndex, policies: ServedPolicies): void {
  request.route = found;
  const reading = request.rare?.hasBody === true ? admitBody(request, policies) : undefined;
  applyPolicies(request, found, policies);
  if (findServing(found) === undefined) return serveInPlaceOf(request, found, policies, reading);
  serveGuarded(request, found, policies, reading);
}

/** What a Route asks for besides its Backend on a connection of this kind: over TLS nothing may be left of it. */
function policiesHere({ policies, tlsPolicies }: RouteIndex): ServedPolicies | undefined {
  return isTls() ? tlsPolicies : policies;
}

/** A Route that matches. */
function serveFound(request: RequestState, found: RouteIndex): void {
  const policies = found.policies === undefined ? undefined : policiesHere(found);
  if (policies !== undefined) return serveByPolicies(request, found, policies);
  const backend = findBackend(found.backend, writesClassic());
  if (backend === undefined) return serveWithoutBackend(request, found);
  servePlainly(request, found, backend);
}

/** Goes on with a request that an authority was asked about. Its Route is the one that it went away with. */
export function resume(): void {
  const request = currentRequest();
  const found = request?.route;
  const policies = found?.policies;
  if (request !== undefined && found !== undefined && policies !== undefined) {
    noteAnswer(request, policies, nginxRequest(request));
    serveGuarded(request, found, policies, request.rare?.hasBody === true ? admitBody(request, policies) : undefined);
  }
  // Whoever goes on does so in a location of a Profile: nothing comes back from there.
  ngx.exit(500);
}

function route(request: RequestState): void {
  refresh();
  const host = matchHost(request.host, findHost);
  if (host === undefined) return serveUnmatched(request);
  if (host.host === CATCH_ALL && request.path === HEALTH_PATH) return refuse(request, "no-route", 200);
  const found = matchPath(host, request.path);
  if (found === undefined) return serveUnmatched(request);
  serveFound(request, found);
}

/** The one look at a request without a body, as nearly all are, says that it has none, too. */
function begin(path: string): RequestState {
  const host = readVariable("limpet_bodiless_host") as string;
  if (host !== "") return beginRequest(host, path);
  const request = beginRequest(readVariable("host") as string, path);
  rareOf(request).hasBody = true;
  return request;
}

/** Matches the request and decides on its Endpoint; answers itself what no Endpoint can. */
export function rewrite(): void {
  // As ingress-nginx: no response says what serves it.
  ngx.header["Server"] = undefined;
  giveRequestId();
  route(begin(readVariable("uri") as string));
}

/** The same over TLS, where responses say so. */
export function rewriteTls(): void {
  refresh();
  ngx.var["limpet_hsts"] = currentHsts();
  rewrite();
}
