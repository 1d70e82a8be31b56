import { emptyRecord } from "../snapshot/empty-record.ts";
import type { AffinityPolicy, Backend, Endpoint, Slots } from "../snapshot/model.ts";
import { SEALED_LENGTH, SLOT_COUNT } from "../snapshot/model.ts";
import type { Ring } from "../snapshot/ring.ts";
import type { Chosen } from "./decision.ts";
import { type Pool, poolOf } from "./pool.ts";
import { sticksFor, turnsFor } from "./settled.ts";
import type { ValueIndex } from "./value-index.ts";

/** A Backend made ready for decisions: a value that needs no answer leads to its Endpoint in one lookup. */
export interface BackendIndex extends Pool {
  readonly id: string;
  /** How many Endpoints it has. */
  readonly size: number;
  /** Where sessions go that lost their Endpoint in a roll-out; undefined: wherever new ones go. */
  readonly newest: Pool | undefined;
  /** Positions that take turns for clients without affinity: the open ones and those that are joining. */
  readonly rota: readonly number[];
  /** The decision that keeps a client on each Endpoint, by position. */
  readonly sticks: readonly Chosen[];
  /** The decision that sends a client without affinity to each Endpoint, by position. */
  readonly turns: readonly Chosen[];
  /** Values that need no answer → the decisions of `sticks`. */
  readonly bound: Record<string, Chosen>;
  readonly pins: readonly string[];
  /** Turn of the round robin: the last position in `rota` that was given. */
  turn: number;
  /** The ring, and all values, once somebody needed them. */
  ring: Ring | undefined;
  values: ValueIndex | undefined;
}

/** The ready ones, or all of them when none is ready. */
function openPositions(endpoints: readonly Endpoint[]): number[] {
  const ready: number[] = [];
  for (let i = 0; i < endpoints.length; i++) {
    if ((endpoints[i] as Endpoint).state === "ready") ready.push(i);
  }
  if (ready.length > 0) return ready;
  for (let i = 0; i < endpoints.length; i++) ready.push(i);
  return ready;
}

/** A client without affinity sees another Endpoint with every request anyway: those that are joining serve it at once. */
function rotaOf(endpoints: readonly Endpoint[], isOpen: readonly boolean[]): number[] {
  const rota: number[] = [];
  for (let i = 0; i < endpoints.length; i++) {
    if (isOpen[i] === true || (endpoints[i] as Endpoint).state === "joining") rota.push(i);
  }
  return rota;
}

/**
 * @param writesClassic whether ingress-nginx's values are the ones issued, so that they need no answer
 * @param start where the round robin begins, from 0; spread by the caller so that workers do not march in step
 */
export function indexBackend(backend: Backend, writesClassic: boolean, start: number): BackendIndex {
  const size = backend.endpoints.length;
  const sticks = sticksFor(size);
  const bound = emptyRecord<Chosen>();
  for (let i = 0; i < size; i++) {
    const issued = writesClassic ? `${backend.classicPins[i]}|${backend.classicKey}` : backend.pins[i];
    if (issued !== undefined) bound[issued] = sticks[i] as Chosen;
  }
  const { open, isOpen } = poolOf(openPositions(backend.endpoints), size);
  const rota = rotaOf(backend.endpoints, isOpen);
  return {
    id: backend.id,
    size,
    open,
    isOpen,
    newest: backend.newest === undefined ? undefined : poolOf(backend.newest, size),
    rota,
    sticks,
    turns: turnsFor(size),
    bound,
    pins: backend.pins,
    turn: rota.length === 0 ? 0 : start % rota.length,
    ring: undefined,
    values: undefined,
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
  /** What sealed values carry behind the one that names an Endpoint; empty but where a canary is (sealed-value.ts). */
  readonly second: string;
  /** The oldest stamp that needs no fresh cookie, and the second for which that was worked out. */
  freshSince: string;
  freshAt: number;
}

/** @param second see PolicyIndex */
export function indexPolicy(policy: AffinityPolicy, second = ""): PolicyIndex {
  const lifetime = policy.maxAge ?? policy.expires ?? 0;
  return {
    policy,
    needle: `${policy.cookieName}=`,
    persistent: policy.mode === "persistent",
    lifetime: lifetime > 0 ? lifetime : 0,
    second,
    freshSince: "",
    freshAt: -1,
  };
}
