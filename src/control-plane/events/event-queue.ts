import type { ClusterEvent } from "./cluster-event.ts";

/** An event that waits to be sent, with everything of the same name that came since. */
export interface QueuedEvent {
  readonly name: string;
  readonly event: ClusterEvent;
  /** How often it happened. */
  readonly times: number;
  /** When it happened last, milliseconds since 1970. */
  readonly lastDate: number;
}

/** Events of a kind that may wait at the same time. */
const LONGEST = 1000;

/**
 * Events in the order in which they came; the same one is there once and counted. News and Problems take turns: a flood
 * of Problems does not hold the acknowledgement of somebody's Ingress up.
 */
export class EventQueue {
  readonly #lanes = { Normal: new Map<string, QueuedEvent>(), Warning: new Map<string, QueuedEvent>() };
  #next: ClusterEvent["type"] = "Normal";

  get size(): number {
    return this.#lanes.Normal.size + this.#lanes.Warning.size;
  }

  /** Takes an event in; false when too many wait. */
  add(name: string, event: ClusterEvent): boolean {
    const lane = this.#lanes[event.type];
    const before = lane.get(name);
    if (before === undefined && lane.size >= LONGEST) return false;
    lane.set(name, { name, event, times: (before?.times ?? 0) + 1, lastDate: event.date });
    return true;
  }

  /** Takes the first one out that may go now. */
  take(mayGo: (name: string) => boolean): QueuedEvent | undefined {
    const first = this.#next;
    this.#next = first === "Normal" ? "Warning" : "Normal";
    return this.#takeFrom(first, mayGo) ?? this.#takeFrom(this.#next, mayGo);
  }

  /** Puts one back that could not be sent, with what came meanwhile. */
  putBack(queued: QueuedEvent): void {
    const lane = this.#lanes[queued.event.type];
    const since = lane.get(queued.name);
    const times = queued.times + (since?.times ?? 0);
    lane.set(queued.name, { ...queued, times, lastDate: since?.lastDate ?? queued.lastDate });
  }

  clear(): void {
    this.#lanes.Normal.clear();
    this.#lanes.Warning.clear();
  }

  #takeFrom(type: ClusterEvent["type"], mayGo: (name: string) => boolean): QueuedEvent | undefined {
    const lane = this.#lanes[type];
    for (const [name, queued] of lane) {
      if (!mayGo(name)) continue;
      lane.delete(name);
      return queued;
    }
    return undefined;
  }
}
