import { DEFAULT_BODY, judgeBody } from "../../policies/body-size.ts";
import type { ProfileName } from "../../snapshot/profiles.ts";
import type { ReadingName } from "../../snapshot/reading.ts";
import type { BodyPolicy, RoutePolicies } from "../../snapshot/route-policies.ts";
import { currentRequest, type RequestState, rareOf } from "../request.ts";
import { refuse } from "../serve.ts";

/** The plain location's twin: what needs nothing else goes on there once its body is read. */
const PLAIN_TWIN: ProfileName = "@http";

const TOO_LARGE = 413;

function bodyPolicy(policies: RoutePolicies | undefined): BodyPolicy {
  return policies?.body ?? DEFAULT_BODY;
}

/**
 * Looks at a request's body before anything else is decided: ends the request where it is too large, and says where it
 * must be read first, if it must.
 */
export function admitBody(request: RequestState, policies: RoutePolicies | undefined): ReadingName | undefined {
  const policy = bodyPolicy(policies);
  const verdict = judgeBody(ngx.var["limpet_body"] as string, ngx.req.get_method(), policy);
  if (verdict === "too-large") refuse(request, "too-large", TOO_LARGE);
  // In HTTP/2 only its frames would say that there is one after all: then it goes nowhere, whatever its length.
  if (verdict === "unlikely" && policy.reading !== undefined) ngx.req.discard_body();
  if (verdict === "unknown") return policy.reading;
  return verdict === "fits" && policy.readsAll === true ? policy.reading : undefined;
}

/** Sends a request to where its body is read; from there it goes on in its Profile's location. */
export function readFirst(request: RequestState, reading: ReadingName, profile: ProfileName | undefined): void {
  rareOf(request).next = profile ?? PLAIN_TWIN;
  ngx.exec(reading);
}

/** Reads a body, in a location that bounds it, and sees to it that it has no byte more than its Route takes. */
export function readBody(): void {
  ngx.req.read_body();
  const request = currentRequest() as RequestState;
  const { limit } = bodyPolicy(request.route?.policies);
  // NGINX counts as it reads: from now on it knows the length.
  if (limit > 0 && Number(ngx.var["content_length"] ?? "0") > limit) return refuse(request, "too-large", TOO_LARGE);
  ngx.exec(request.rare?.next ?? PLAIN_TWIN);
}
