import { decideThoroughly } from "../../affinity/decide.ts";
import { type CanaryWorld, chooseSide } from "../../policies/canary/choose-side.ts";
import type { LoadedBackend } from "../loaded-backends.ts";
import { type CanaryRoute, type RouteIndex, withSecond } from "../loaded-hosts.ts";
import type { RequestState } from "../request.ts";
import { carryOut, serve } from "../serve.ts";
import { world } from "../store.ts";
import { nginxRequest } from "./nginx-request.ts";
import { matches } from "./regex.ts";

const outside: CanaryWorld = { world, matches };

/**
 * Serves a request of a Route with a canary, from one side or the other.
 *
 * @param alternative the canary's Backend; undefined when nobody knows it
 */
export function serveWithCanary(
  request: RequestState,
  route: RouteIndex,
  main: LoadedBackend,
  canary: CanaryRoute,
  alternative: LoadedBackend | undefined,
): void {
  if (main.size === 0 || alternative === undefined) return serve(request, route, main);
  const backends = { main, canary: alternative };
  const { side, second } = chooseSide(canary, route.policy, backends, nginxRequest(request), outside);
  const backend = side === "canary" ? alternative : main;
  const chosen = withSecond(side === "canary" ? canary.route : route, second);
  const cookies = chosen.policy === undefined ? undefined : ngx.var["http_cookie"];
  carryOut(request, chosen, backend, decideThoroughly(cookies, chosen.policy, backend, world));
}
