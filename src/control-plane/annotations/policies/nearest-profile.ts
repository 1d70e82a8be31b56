import {
  BUFFER_SIZES,
  type BufferSize,
  PROFILES,
  type Profile,
  type RetryCondition,
} from "../../../snapshot/profiles.ts";

/** What a Route would have if every Profile existed. */
export interface WantedProfile extends Omit<Profile, "bufferSize" | "streamLimit"> {
  /** Bytes. */
  readonly bufferSize: number;
  /** Bytes; 0: any. */
  readonly streamLimit: number;
}

/** A limit as a number that can be compared: 0 is none. */
export function reach(limit: number): number {
  return limit === 0 ? Number.POSITIVE_INFINITY : limit;
}

/** The smallest size that holds so much, or else the largest. */
function sizeFor(bytes: number): BufferSize {
  return BUFFER_SIZES.find((size) => size * 1024 >= bytes) ?? 256;
}

function isSubset(conditions: readonly RetryCondition[], of: readonly RetryCondition[]): boolean {
  return conditions.every((it) => of.includes(it));
}

/** Never another protocol, a retry that was not asked for, or a limit below what is let through. */
function isPossible(profile: Profile, wanted: WantedProfile): boolean {
  return (
    profile.protocol === wanted.protocol &&
    isSubset(profile.retryOn, wanted.retryOn) &&
    (profile.requestBuffering || reach(profile.streamLimit) >= reach(wanted.streamLimit))
  );
}

/** How far a Profile is from what is wanted: what weighs most comes first. */
function distance(profile: Profile, wanted: WantedProfile): readonly number[] {
  const size = sizeFor(wanted.bufferSize);
  return [
    profile.requestBuffering === wanted.requestBuffering ? 0 : 1,
    profile.bufferSize < size ? 1 : 0,
    wanted.retryOn.length - profile.retryOn.length,
    (profile.buffering === "off") === (wanted.buffering === "off") ? 0 : 1,
    profile.buffering === wanted.buffering ? 0 : 1,
    reach(profile.streamLimit),
    profile.bufferSize - size,
  ];
}

function compare(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((number, i) => number !== other[i]);
  return at < 0 ? 0 : (one[at] as number) - (other[at] as number);
}

/** The Profile that does most of what is wanted, and nothing that is not. */
export function nearestProfile(wanted: WantedProfile): Profile {
  const possible = PROFILES.filter((profile) => isPossible(profile, wanted));
  return possible.reduce((one, other) => (compare(distance(other, wanted), distance(one, wanted)) < 0 ? other : one));
}
