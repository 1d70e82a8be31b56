import { emptyRecord } from "../snapshot/empty-record.ts";
import type { AffinityPolicy, Backend, Endpoint, Slots } from "../snapshot/model.ts";
import { SEALED_LENGTH, SLOT_COUNT } from "../snapshot/model.ts";
import type { Ring } from "../snapshot/ring.ts";
import type { Chosen } from "./decision.ts";

/** A Backend made ready for decisions: every value that a cookie may hold leads to its Endpoint in one lookup. */
export interface BackendIndex {
  readonly id: string;
  readonly endpoints: readonly Endpoint[];
  /** Positions that take new sessions: the ready ones, or all of them when none is ready. */
  readonly open: readonly number[];
  /** The same by position. */
  readonly isOpen: readonly boolean[];
  /** The decision that keeps a client on each Endpoint, by position: made once, handed out for every request. */
  readonly sticks: readonly Chosen[];
  /** The decision that sends a client without affinity to each Endpoint, by position. */
  readonly turns: readonly Chosen[];
  /** Values that need no answer → the same decisions. */
  readonly bound: Record<string, Chosen>;
  readonly pins: readonly string[];
  /** Positions by sealed value, of the current key and of the former one. */
  readonly pinned: Record<string, number>;
  readonly formerlyPinned: Record<string, number>;
  readonly classicPins: readonly string[];
  readonly classicPinned: Record<string, number>;
  readonly classicKey: string;
  readonly departed: Record<string, boolean>;
  /** Turn of the round robin: the last position in `open` that was given. */
  turn: number;
  /** The ring, once somebody needed it. */
  ring: Ring | undefined;
}

function positionsOf(values: readonly string[]): Record<string, number> {
  const positions = emptyRecord<number>();
  for (let i = 0; i < values.length; i++) positions[values[i] as string] = i;
  return positions;
}

function openPositions(endpoints: readonly Endpoint[]): number[] {
  const ready: number[] = [];
  for (let i = 0; i < endpoints.length; i++) {
    if ((endpoints[i] as Endpoint).state === "ready") ready.push(i);
  }
  if (ready.length > 0) return ready;
  for (let i = 0; i < endpoints.length; i++) ready.push(i);
  return ready;
}

function flagsOf(positions: readonly number[], length: number): boolean[] {
  const flags: boolean[] = [];
  for (let i = 0; i < length; i++) flags.push(false);
  for (let i = 0; i < positions.length; i++) flags[positions[i] as number] = true;
  return flags;
}

/**
 * @param writesClassic whether ingress-nginx's values are the ones issued, so that they need no answer
 * @param start where the round robin begins, from 0; spread by the caller so that workers do not march in step
 */
export function indexBackend(backend: Backend, writesClassic: boolean, start: number): BackendIndex {
  const sticks: Chosen[] = [];
  const turns: Chosen[] = [];
  const bound = emptyRecord<Chosen>();
  const departed = emptyRecord<boolean>();
  for (let i = 0; i < backend.endpoints.length; i++) {
    const stick: Chosen = { kind: "stick", reason: "bound", position: i, value: "" };
    sticks.push(stick);
    turns.push({ kind: "none", reason: "off", position: i, value: "" });
    const issued = writesClassic ? `${backend.classicPins[i]}|${backend.classicKey}` : backend.pins[i];
    if (issued !== undefined) bound[issued] = stick;
  }
  for (let i = 0; i < backend.departed.length; i++) departed[backend.departed[i] as string] = true;
  const open = openPositions(backend.endpoints);
  return {
    id: backend.id,
    endpoints: backend.endpoints,
    open,
    isOpen: flagsOf(open, backend.endpoints.length),
    sticks,
    turns,
    bound,
    pins: backend.pins,
    pinned: positionsOf(backend.pins),
    formerlyPinned: positionsOf(backend.formerPins),
    classicPins: backend.classicPins,
    classicPinned: positionsOf(backend.classicPins),
    classicKey: backend.classicKey,
    departed,
    turn: open.length === 0 ? 0 : start % open.length,
    ring: undefined,
  };
}

/** The sealed values of balanced mode made ready: value → slot number. */
export interface SlotIndex {
  readonly values: string;
  readonly slotOf: Record<string, number>;
  readonly formerSlotOf: Record<string, number>;
}

function slotsByValue(values: string): Record<string, number> {
  const slots = emptyRecord<number>();
  for (let i = 0; i * SEALED_LENGTH < values.length; i++) {
    slots[values.substring(i * SEALED_LENGTH, (i + 1) * SEALED_LENGTH)] = i;
  }
  return slots;
}

export function indexSlots(slots: Slots): SlotIndex {
  return {
    values: slots.values,
    slotOf: slotsByValue(slots.values),
    formerSlotOf: slotsByValue(slots.formerValues),
  };
}

const SLOT_WIDTH = 4294967296 / SLOT_COUNT;

/**
 * Where a slot lies on every ring: the slots are spread evenly, so an Endpoint's share of new sessions is its arc. It
 * depends on the slot's number alone, so a change of the key moves nobody.
 */
export function slotHash(slot: number): number {
  return slot * SLOT_WIDTH + SLOT_WIDTH / 2;
}

/** An AffinityPolicy made ready. */
export interface PolicyIndex {
  readonly policy: AffinityPolicy;
  /** The cookie's name and `=`. */
  readonly needle: string;
  readonly persistent: boolean;
  /** Seconds that an issued cookie lives; 0: until the browser closes, and without a stamp. */
  readonly lifetime: number;
  /** The oldest stamp that needs no fresh cookie, and the second for which that was worked out. */
  freshSince: string;
  freshAt: number;
}

export function indexPolicy(policy: AffinityPolicy): PolicyIndex {
  const lifetime = policy.maxAge ?? policy.expires ?? 0;
  return {
    policy,
    needle: `${policy.cookieName}=`,
    persistent: policy.mode === "persistent",
    lifetime: lifetime > 0 ? lifetime : 0,
    freshSince: "",
    freshAt: -1,
  };
}
