import { corsHeaders, variesByOrigin } from "../../policies/cors.ts";
import type { PolicyRequest } from "../../policies/policy-request.ts";
import type { RoutePolicies } from "../../snapshot/route-policies.ts";

/** Writes headers, name and value in turn; each takes the place of others of its name. */
export function writeHeaders(headers: readonly string[]): void {
  for (let i = 0; i + 1 < headers.length; i += 2) ngx.header[headers[i] as string] = headers[i + 1] as string;
}

/**
 * Before anything answers: whatever does, a page of another site may learn of it, refusals too. What an Endpoint says of its own
 * is added to these headers, so that `replaceCors` must follow.
 */
export function announceCors({ cors }: RoutePolicies, request: PolicyRequest): void {
  if (cors === undefined) return;
  writeHeaders(corsHeaders(cors, request));
  if (variesByOrigin(cors)) ngx.header["Vary"] = "Origin";
}

/** Puts ours in the place of an Endpoint's (ingress-nginx does the same): browsers take no header twice. */
export function replaceCors({ cors }: RoutePolicies, request: PolicyRequest): void {
  if (cors !== undefined) writeHeaders(corsHeaders(cors, request));
}
