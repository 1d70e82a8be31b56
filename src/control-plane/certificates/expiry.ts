import type { Problem } from "../problems/problem.ts";
import { certificateExpired, certificateExpiresSoon } from "../problems/tls-problems.ts";

/** Renewals come weeks before this (cert-manager's default: a third of the time that is left of 90 days). */
const WARNED_BEFORE_MS = 14 * 86_400_000;

/** A certificate as time sees it. */
export interface Expiring {
  /** `namespace/name` of its Secret. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** What is wrong with a certificate at a time, milliseconds since 1970. */
export function expiryProblems({ id, expiresAt }: Expiring, now: number): readonly Problem[] {
  const until = new Date(expiresAt).toISOString().slice(0, 10);
  if (now >= expiresAt) return [certificateExpired(id, until)];
  return now >= expiresAt - WARNED_BEFORE_MS ? [certificateExpiresSoon(id, until)] : [];
}

/** When something else will be wrong with one of them; infinity: never. */
export function nextExpiry(certificates: Iterable<Expiring>, now: number): number {
  let next = Number.POSITIVE_INFINITY;
  for (const { expiresAt } of certificates) {
    for (const moment of [expiresAt - WARNED_BEFORE_MS, expiresAt]) if (moment > now) next = Math.min(next, moment);
  }
  return next;
}
