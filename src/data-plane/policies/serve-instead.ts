import type { LoadedBackend } from "../loaded-backends.ts";
import { answeredBy, type RouteIndex } from "../loaded-hosts.ts";
import type { RequestState } from "../request.ts";
import { serve } from "../serve.ts";

/** What a default backend is told of the request that it answers in another's place (ingress-nginx: default backend). */
function tellWhy({ tally }: RouteIndex, status: number): void {
  const slash = tally.ingress.indexOf("/");
  const colon = tally.service.indexOf(":");
  ngx.req.set_header("X-Code", `${status}`);
  ngx.req.set_header("X-Format", ngx.var["http_accept"] ?? "");
  ngx.req.set_header("X-Original-URI", ngx.var["request_uri"] ?? "");
  ngx.req.set_header("X-Namespace", tally.ingress.substring(0, slash));
  ngx.req.set_header("X-Ingress-Name", tally.ingress.substring(slash + 1));
  ngx.req.set_header("X-Service-Name", tally.service.substring(slash + 1, colon));
  ngx.req.set_header("X-Service-Port", tally.service.substring(colon + 1));
}

/**
 * Has a default backend answer for a Route, without its affinity: its sessions are none of the Route's.
 *
 * @param status what the client would be answered otherwise
 */
export function serveInstead(request: RequestState, route: RouteIndex, backend: LoadedBackend, status: number): void {
  tellWhy(route, status);
  serve(request, answeredBy(route, backend.id), backend);
}
