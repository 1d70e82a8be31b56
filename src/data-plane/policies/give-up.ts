import { get_last_failure } from "ngx.balancer";
import { type Failure, mayRetry } from "../../policies/retry.ts";
import type { RetryPolicy } from "../../snapshot/route-policies.ts";
import { type RequestState, rareOf } from "../request.ts";
import { itemAt } from "../upstream-list.ts";

/** NGINX's word for "no Peer is left": it gives up with a 502, and does not ask again. */
const NO_PEER = -3;

function lastFailure(request: RequestState): Failure {
  const [, status] = get_last_failure();
  // A dash where none came; the attempt that begins just now follows, as yet nothing but a separator.
  const seconds = itemAt(ngx.var["upstream_header_time"] ?? "", request.attempts - 1);
  return { status: status ?? 502, answered: seconds.charAt(0) !== "-" };
}

/** Ends a request whose attempt failed in a way that its Route does not want repeated, and says so. */
export function givesUp(request: RequestState, policy: RetryPolicy): boolean {
  const failure = lastFailure(request);
  if (mayRetry(policy, failure, ngx.now() - (request.rare?.firstSentAt ?? 0))) return false;
  rareOf(request).status = failure.status;
  ngx.exit(NO_PEER);
  return true;
}
