import { SLOT_COUNT } from "../snapshot/model.ts";
import { type BackendIndex, type PolicyIndex, slotHash } from "./backend-index.ts";
import { isClassicPin, isClassicRingKey, parseClassic } from "./classic.ts";
import { crc32 } from "./crc32.ts";
import type { Reason } from "./decision.ts";
import { locate } from "./ring.ts";
import { parseSealed, type SealedValue } from "./sealed-value.ts";
import { isFreshStamp } from "./stamp.ts";
import type { World } from "./world.ts";

/** What a cookie value turned out to be. */
export interface Resolved {
  /** -1: it names no Endpoint. */
  readonly position: number;
  readonly reason: Reason;
  /** Issued for another Backend (ingress-nginx's backend key says so): used only when no cookie of ours resolves. */
  readonly foreign: boolean;
}

function nothing(reason: Reason): Resolved {
  return { position: -1, reason, foreign: false };
}

function onRing(backend: BackendIndex, hash: number, world: World): number {
  const ring = world.ring(backend);
  return ring === undefined ? -1 : locate(ring, hash);
}

function resolveSlot(sealed: string, backend: BackendIndex, world: World): { position: number; former: boolean } {
  const slots = world.slots();
  if (slots === undefined) return { position: -1, former: false };
  const current = slots.slotOf[sealed];
  const slot = current ?? slots.formerSlotOf[sealed];
  if (slot === undefined) return { position: -1, former: false };
  return { position: onRing(backend, slotHash(slot), world), former: current === undefined };
}

/** Where Endpoints are so many that some own no slot, pins are as good as slots: nothing to convert to. */
function bindsByPin(policy: PolicyIndex, backend: BackendIndex): boolean {
  return policy.persistent || backend.size * 8 > SLOT_COUNT;
}

/** Why a sealed value of the right Endpoint is answered with another one, or `bound` when it is not. */
function sealedReason(
  value: SealedValue,
  former: boolean,
  ownMode: boolean,
  policy: PolicyIndex,
  world: World,
): Reason {
  // While classic cookies are written, a sealed one turns into one that ingress-nginx understands.
  if (world.classicCookies === "write") return "converted";
  if (former) return "rotated";
  if (!ownMode || value.second !== policy.second) return "converted";
  if (policy.lifetime === 0) return "bound";
  return value.stamp !== "" && isFreshStamp(value.stamp, policy, world.now()) ? "bound" : "refreshed";
}

function resolveSealed(text: string, policy: PolicyIndex, backend: BackendIndex, world: World): Resolved {
  const value = parseSealed(text);
  if (value === undefined) return nothing("malformed");
  const { sealed } = value;
  const values = world.values(backend);
  const pinned = values.pinned[sealed] ?? values.formerlyPinned[sealed];
  if (pinned !== undefined) {
    const former = values.pinned[sealed] === undefined;
    return {
      position: pinned,
      reason: sealedReason(value, former, bindsByPin(policy, backend), policy, world),
      foreign: false,
    };
  }
  const slot = resolveSlot(sealed, backend, world);
  if (slot.position >= 0) {
    return {
      position: slot.position,
      reason: sealedReason(value, slot.former, !policy.persistent, policy, world),
      foreign: false,
    };
  }
  return nothing(values.departed[sealed] === true ? "gone" : "unknown");
}

function classicPosition(key: string, policy: PolicyIndex, backend: BackendIndex, world: World): number {
  const ringKey = isClassicRingKey(key);
  if (!ringKey && !isClassicPin(key)) return -1;
  // A key of the other mode: ingress-nginx hashes a pin on the ring, and so do we; a ring key it would forget.
  if (ringKey || !policy.persistent) return onRing(backend, crc32(key), world);
  return world.values(backend).classicPinned[key] ?? -1;
}

function resolveClassic(value: string, policy: PolicyIndex, backend: BackendIndex, world: World): Resolved {
  const { key, backendKey } = parseClassic(value);
  const position = classicPosition(key, policy, backend, world);
  if (position < 0) return nothing(isClassicPin(key) || isClassicRingKey(key) ? "unknown" : "malformed");
  const foreign = backendKey !== "" && backendKey !== world.values(backend).classicKey;
  const converted = policy.persistent && isClassicRingKey(key);
  const kept: Reason = converted ? "converted" : "bound";
  return { position, reason: world.classicCookies === "write" ? kept : "classic", foreign };
}

/**
 * Finds the Endpoint that a cookie value names, whatever its format, key and mode.
 *
 * @param value without blanks and quotes, not empty
 */
export function resolve(value: string, policy: PolicyIndex, backend: BackendIndex, world: World): Resolved {
  const sealed = resolveSealed(value, policy, backend, world);
  if (sealed.position >= 0 || sealed.reason === "gone" || world.classicCookies === "off") return sealed;
  const classic = resolveClassic(value, policy, backend, world);
  return classic.position >= 0 || classic.reason === "unknown" ? classic : sealed;
}
