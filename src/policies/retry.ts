import type { RetryPolicy } from "../snapshot/route-policies.ts";

/** How an attempt failed. */
export interface Failure {
  /** The Endpoint's own, or what NGINX gives for its silence: 504 for a timeout, 502 for everything else. */
  readonly status: number;
  /** Whether the Endpoint answered. */
  readonly answered: boolean;
}

/** ingress-nginx's default of proxy-next-upstream-tries: attempts in all. */
export const DEFAULT_ATTEMPTS = 3;

/** Attempts that a request may have in all. */
export function mostAttempts(policy: RetryPolicy | undefined, endpoints: number): number {
  if (policy === undefined) return DEFAULT_ATTEMPTS;
  return policy.attempts === 0 ? endpoints : policy.attempts;
}

function isAsked({ onError, onTimeout, onStatus }: RetryPolicy, { status, answered }: Failure): boolean {
  if (answered) return onStatus.indexOf(status) >= 0;
  return status === 504 ? onTimeout : onError;
}

/**
 * Whether a failed attempt is made again; NGINX has asked because its configuration says so, which is the same for many
 * Routes.
 *
 * @param elapsed seconds since the first attempt
 */
export function mayRetry(policy: RetryPolicy, failure: Failure, elapsed: number): boolean {
  if (policy.seconds > 0 && elapsed >= policy.seconds) return false;
  return isAsked(policy, failure);
}
