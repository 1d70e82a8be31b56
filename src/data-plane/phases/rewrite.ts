import { bakeSetCookie } from "../../affinity/set-cookie.ts";
import { decide } from "../../affinity/decide.ts";
import type { Chosen, Reason } from "../../affinity/decision.ts";
import { CATCH_ALL, matchHost } from "../../routing/match-host.ts";
import { matchPath, needsSlash } from "../../routing/match-path.ts";
import { beginRequest } from "../request.ts";
import {
  currentSettings,
  findBackend,
  findHost,
  isCurrent,
  type LoadedBackend,
  prepareRoute,
  type RouteIndex,
  refresh,
  world,
} from "../store.ts";

/** Has the header filter send our cookie with the response, if an Endpoint gives one. */
export function announce(route: RouteIndex, decision: Chosen): void {
  const policy = route.policy;
  if (policy === undefined) return;
  ngx.var["limpet_set_cookie"] = bakeSetCookie(policy.policy, decision.value, {
    tls: ngx.var["https"] === "on",
    userAgent: policy.policy.conditionalSameSiteNone ? ngx.var["http_user_agent"] : undefined,
    now: ngx.now(),
  });
  ngx.var["limpet_cookie_is_set"] = "1";
}

function refuse(route: RouteIndex | undefined, reason: Reason, status: number): void {
  beginRequest(route, undefined, { kind: "refuse", reason });
  ngx.exit(status);
}

/** Answered by ourselves for every host that nobody declares: load balancers ask every ingress-nginx for it. */
const HEALTH_PATH = "/healthz";

/** What ngx.escape_uri leaves alone: everything that a path may hold. */
const WHOLE_URI = 0;

/** The Route to the server-wide default backend, where no other matches. */
function defaultRoute(): RouteIndex | undefined {
  const id = currentSettings().defaultBackend;
  if (id === undefined) return undefined;
  return prepareRoute({ host: CATCH_ALL, path: "/", match: "prefix", ingress: "", service: id, backend: id });
}

function redirectToSlash(path: string): void {
  const args = ngx.var["args"];
  const target = ngx.escape_uri(`${path}/`, WHOLE_URI);
  ngx.redirect(args === undefined ? target : `${target}?${args}`, 301);
}

function serveElsewhere(host: string, path: string): void {
  const index = matchHost(host, findHost);
  if (!isCurrent()) return rewrite();
  if (index !== undefined && needsSlash(index, path)) {
    return redirectToSlash(path);
  }
  if (path === HEALTH_PATH && index === undefined) return refuse(undefined, "no-route", 200);
  const route = defaultRoute();
  const backend = route === undefined ? undefined : findBackend(route.route.backend);
  if (route === undefined || backend === undefined || backend.endpoints.length === 0) {
    return refuse(undefined, "no-route", 404);
  }
  serve(route, backend);
}

function serve(route: RouteIndex, backend: LoadedBackend): void {
  const cookies = route.policy === undefined ? undefined : ngx.var["http_cookie"];
  const decision = decide(cookies, route.policy, backend, world);
  if (decision.kind === "refuse") return refuse(route, decision.reason, 503);
  if (decision.value !== "") announce(route, decision);
  beginRequest(route, backend, decision);
}

function withoutBackend(route: RouteIndex): void {
  if (!isCurrent()) return rewrite();
  refuse(route, "no-endpoint", 503);
}

/** Matches the request and decides on its Endpoint; answers itself what no Endpoint can. */
export function rewrite(): void {
  refresh();
  // As ingress-nginx: no response says what serves it.
  ngx.header["Server"] = undefined;
  const host = ngx.var["host"] as string;
  const path = ngx.var["uri"] as string;
  const index = findHost(host) ?? matchHost(host, findHost);
  if (index !== undefined && index.host === CATCH_ALL && path === HEALTH_PATH) return refuse(undefined, "no-route", 200);
  const route = index === undefined ? undefined : matchPath(index, path);
  if (route === undefined) return serveElsewhere(host, path);
  const backend = findBackend(route.route.backend);
  if (backend === undefined) return withoutBackend(route);
  serve(route, backend);
}
