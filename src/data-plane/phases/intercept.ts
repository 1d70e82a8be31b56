import type { RouteIndex } from "../loaded-hosts.ts";
import { errorBackend } from "../policies/default-backend.ts";
import { addGlobalHeaders, sendGlobalHeaders } from "../policies/global-headers.ts";
import { serveInstead } from "../policies/serve-instead.ts";
import { currentRequest, interceptedStatus, type RequestState, rareOf } from "../request.ts";

/** The status of the last attempt: NGINX lists those of all. */
function lastUpstreamStatus(): number {
  const list = ngx.var["upstream_status"] ?? "";
  return tonumber(list.substring(list.length - 3)) ?? 502;
}

function answerInstead(request: RequestState, route: RouteIndex, status: number): void {
  const rare = rareOf(request);
  rare.intercepted = status;
  const backend = route.policies === undefined ? undefined : errorBackend(route.policies);
  if (backend === undefined) {
    addGlobalHeaders(request);
    ngx.exit(status);
  } else {
    request.attempts = 0;
    rare.failed = [];
    // The session stays with whom it is; a default backend has none.
    ngx.var["limpet_set_cookie"] = "";
    ngx.req.set_uri("/", false);
    serveInstead(request, route, backend, status);
    // A request that was refused has not been told them yet.
    sendGlobalHeaders(request);
  }
}

/** Has a default backend answer in place of an error (ingress-nginx: custom-http-errors). */
export function intercept(): void {
  const request = currentRequest();
  const route = request?.route;
  if (request === undefined || route === undefined) return ngx.exit(404);
  const known = interceptedStatus(request);
  answerInstead(request, route, known === 0 ? lastUpstreamStatus() : known);
}
