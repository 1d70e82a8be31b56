import type { SlotIndex } from "../../affinity/backend-index.ts";
import type { World } from "../../affinity/world.ts";
import { SEALED_LENGTH, SLOT_COUNT } from "../../snapshot/model.ts";
import type { CanaryPolicy } from "../../snapshot/route-policies.ts";

/**
 * Every client has a number in [0, 1): the canary's share is the numbers below weight / total. A client without a session
 * gets one for each request; where bound sessions follow the weight, their cookies hold it as a ticket. A ticket is one
 * of the sealed slots, so nobody can make one.
 */
export function isClaimed(number: number, { weight, total }: CanaryPolicy): boolean {
  return number < weight / total;
}

/** The canary's share in tickets: those from 0 to below this. */
export function claimedTickets({ weight, total }: CanaryPolicy): number {
  return Math.min(SLOT_COUNT, Math.max(0, Math.ceil((weight / total) * SLOT_COUNT - 0.5)));
}

/** One of the tickets from `first` to below `end`, by a number in [0, 1); `first` when there is none. */
export function ticketBetween(first: number, end: number, number: number): number {
  return first + Math.floor(number * Math.max(0, end - first));
}

/** What a cookie holds of a ticket. */
export function ticketText(slots: SlotIndex, ticket: number): string {
  return slots.values.substring(ticket * SEALED_LENGTH, (ticket + 1) * SEALED_LENGTH);
}

/** The ticket in the second half of a cookie, under either key; undefined when it is none. */
export function readTicket(second: string, world: World): number | undefined {
  const slots = world.slots();
  if (slots === undefined || second === "") return undefined;
  return slots.slotOf[second] ?? slots.formerSlotOf[second];
}

/** (√5 - 1) / 2: multiples of it, less their whole parts, fill any interval as evenly as numbers can. */
const GOLDEN = 0.6180339887498949;

/** A Route's canary and where its numbers have come to. */
export interface CanaryIndex {
  readonly policy: CanaryPolicy;
  /** What the next client without a number gets, in [0, 1). */
  next: number;
}

/**
 * A number for a client that has none. Steps of the golden section instead of chance: of a hundred clients that follow
 * each other ten find a number below 0.1, give or take two, where chance would give or take nine.
 */
export function drawNumber(canary: CanaryIndex): number {
  const number = canary.next;
  const next = number + GOLDEN;
  canary.next = next < 1 ? next : next - 1;
  return number;
}
