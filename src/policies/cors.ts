import type { CorsPolicy, HostPolicies, RoutePolicies } from "../snapshot/route-policies.ts";
import type { Answer } from "./answer.ts";
import { isAllowedOrigin } from "./origin.ts";
import type { PolicyRequest } from "./policy-request.ts";

/** The value of Access-Control-Allow-Origin; undefined: the request's origin may not read the response. */
function allowedOrigin({ origins }: CorsPolicy, request: PolicyRequest): string | undefined {
  if (origins === undefined) return "*";
  const origin = request.header("origin");
  return origin !== undefined && isAllowedOrigin(origins, origin) ? origin : undefined;
}

/** The headers that CORS adds to whatever a Route answers, name and value in turn (Fetch standard §3.2.3). */
export function corsHeaders(cors: CorsPolicy, request: PolicyRequest): readonly string[] {
  const origin = allowedOrigin(cors, request);
  if (origin === undefined) return [];
  const headers = ["Access-Control-Allow-Origin", origin];
  if (cors.credentials) headers.push("Access-Control-Allow-Credentials", "true");
  headers.push("Access-Control-Allow-Methods", cors.methods);
  headers.push("Access-Control-Allow-Headers", cors.headers);
  if (cors.exposed !== undefined) headers.push("Access-Control-Expose-Headers", cors.exposed);
  headers.push("Access-Control-Max-Age", `${cors.maxAge}`);
  return headers;
}

/** Whether caches must keep a response apart for each origin (Fetch standard §3.2.5). */
export function variesByOrigin({ origins }: CorsPolicy): boolean {
  return origins !== undefined;
}

/** OPTIONS from an origin that may ask: no Endpoint sees it (ingress-nginx: 204 before anything guards the Route). */
export function answerPreflight(
  { cors }: RoutePolicies,
  _host: HostPolicies | undefined,
  request: PolicyRequest,
): Answer | undefined {
  if (cors === undefined || request.method() !== "OPTIONS") return undefined;
  return allowedOrigin(cors, request) === undefined ? undefined : { reason: "preflight", status: 204 };
}
