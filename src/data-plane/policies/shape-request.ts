import { rewritePath } from "../../policies/rewrite-path.ts";
import type { RewritePolicy, RoutePolicies } from "../../snapshot/route-policies.ts";
import type { RouteIndex } from "../loaded-hosts.ts";
import { PATTERNS } from "../patterns.ts";
import type { RequestState } from "../request.ts";

/** Bytes that a path seldom has are let through: what NGINX decoded from the client it encodes again for the Endpoint. */
const ANY_BYTE = true;

function rewrite(request: RequestState, routePath: string, policy: RewritePolicy): void {
  const rewritten = rewritePath(policy, routePath, request.path, PATTERNS);
  if (rewritten !== undefined) {
    ngx.req.set_uri(rewritten.path, false, ANY_BYTE);
    if (!rewritten.keepsQuery) ngx.req.set_uri_args("");
  }
  if (policy.forwardedPrefix !== undefined) ngx.req.set_header("X-Forwarded-Prefix", policy.forwardedPrefix);
}

/** Makes the request what the Route's Endpoints are to see. */
export function shapeRequest(request: RequestState, { path }: RouteIndex, policies: RoutePolicies): void {
  if (policies.rewrite !== undefined) rewrite(request, path, policies.rewrite);
  if (policies.upstreamHost !== undefined) ngx.var["limpet_upstream_host"] = policies.upstreamHost;
}
