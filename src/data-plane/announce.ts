import type { Chosen } from "../affinity/decision.ts";
import { bakeSetCookie } from "../affinity/set-cookie.ts";
import type { RouteIndex } from "./loaded-hosts.ts";
import { isTls } from "./nginx-values.ts";

/** Has the header filter send our cookie with the response, if an Endpoint gives one. */
export function announce(route: RouteIndex, decision: Chosen): void {
  const policy = route.policy;
  if (policy === undefined) return;
  ngx.var["limpet_set_cookie"] = bakeSetCookie(policy.policy, decision.value, {
    tls: isTls(),
    userAgent: policy.policy.conditionalSameSiteNone ? ngx.var["http_user_agent"] : undefined,
    now: ngx.now(),
  });
}
