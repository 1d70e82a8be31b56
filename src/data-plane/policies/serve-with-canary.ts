import { decideThoroughly } from "../../affinity/decide.ts";
import type { Decision } from "../../affinity/decision.ts";
import { type CanaryWorld, chooseSide } from "../../policies/canary/choose-side.ts";
import type { LoadedBackend } from "../loaded-backends.ts";
import { type CanaryRoute, type RouteIndex, withSecond } from "../loaded-hosts.ts";
import type { RequestState } from "../request.ts";
import { carryOut, serve } from "../serve.ts";
import { world } from "../store.ts";
import { balanceRequest } from "./balance-by-request.ts";
import { nginxRequest } from "./nginx-request.ts";
import { matches } from "./regex.ts";

const outside: CanaryWorld = { world, matches };

function decideOn(request: RequestState, { policy, policies }: RouteIndex, backend: LoadedBackend): Decision {
  if (policies?.balance !== undefined) return balanceRequest(request, policies.balance, backend);
  const cookies = policy === undefined ? undefined : ngx.var["http_cookie"];
  return decideThoroughly(cookies, policy, backend, world);
}

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
  carryOut(request, chosen, backend, decideOn(request, chosen, backend));
}
