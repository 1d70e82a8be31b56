import { SEALED_LENGTH } from "../snapshot/model.ts";
import type { PolicyIndex } from "./backend-index.ts";

/**
 * A sealed cookie with a lifetime carries the second of its issue behind the value: `<16 characters>.<10 digits>`. Past
 * half of the lifetime it is issued afresh, so a session ends when its client stays away, not N seconds after it began.
 * Stamps have one width and compare as text; one that a client made up changes only when that client is answered.
 */
const STAMP_DIGITS = 10;
export const STAMPED_LENGTH = SEALED_LENGTH + 1 + STAMP_DIGITS;

function digitsOf(seconds: number): string {
  const digits = `${Math.floor(seconds)}`;
  return digits.length === STAMP_DIGITS ? digits : "0000000000".substring(digits.length) + digits;
}

export function stamp(value: string, now: number): string {
  return `${value}.${digitsOf(now)}`;
}

function recompute(policy: PolicyIndex, second: number): void {
  policy.freshSince = `.${digitsOf(second - policy.lifetime / 2)}`;
  policy.freshAt = second;
}

/** Whether a stamp, with its point, is in the first half of its life. */
export function isFreshStamp(text: string, policy: PolicyIndex, now: number): boolean {
  const second = Math.floor(now);
  if (policy.freshAt !== second) recompute(policy, second);
  return text >= policy.freshSince;
}

/** Whether a value of STAMPED_LENGTH is in the first half of its life. */
export function isFresh(value: string, policy: PolicyIndex, now: number): boolean {
  return isFreshStamp(value.substring(SEALED_LENGTH), policy, now);
}
