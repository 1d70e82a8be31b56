import { isDeepStrictEqual } from "node:util";
import type { Ingress } from "../objects/model.ts";
import type { Clock } from "../time/clock.ts";
import { type ClusterEvent, ingressSubject } from "./cluster-event.ts";

export interface IngressEventsOptions {
  readonly clock: Clock;
  /** Takes an event to be sent; false when it will not be. */
  readonly offer: (event: ClusterEvent) => boolean;
  readonly leading: () => boolean;
}

/** As long as it takes another replica to take over, and a bit: what the last leader may not have said. */
const TAKEOVER = 30_000;
/** What a replica that does not lead keeps in mind. */
const MOST_KEPT = 500;

function sameContent(before: Ingress, now: Ingress): boolean {
  const { observed: _before, ...left } = before;
  const { observed: _now, ...right } = now;
  return isDeepStrictEqual(left, right);
}

/**
 * Tells what happens to the Ingresses that are ours: CREATE, UPDATE, DELETE when it is noticed, Sync when it is served.
 * Nothing of those that were there when this process began.
 */
export class IngressEvents {
  readonly #options: IngressEventsOptions;
  /** The API server writes whole seconds. */
  readonly #startedAt: number;
  readonly #known = new Map<string, Ingress>();
  readonly #awaited = new Set<string>();
  /** What happened lately while another replica led. */
  #kept: ClusterEvent[] = [];
  #begun = false;

  constructor(options: IngressEventsOptions) {
    this.#options = options;
    this.#startedAt = Math.floor(options.clock.date() / 1000) * 1000;
  }

  /**
   * Takes what may have changed, by `namespace/name`; the first call has all there is.
   *
   * @param ours the Ingress of a name as it is now; undefined when it is gone or not ours
   */
  note(names: readonly string[], ours: (name: string) => Ingress | undefined): void {
    for (const name of names) this.#noteOne(name, ours(name));
    this.#begun = true;
  }

  /** Everything that was noted is being served. */
  live(): void {
    for (const name of this.#awaited) {
      const ingress = this.#known.get(name);
      if (ingress !== undefined) this.#tell(ingress, "Sync", "The newest version is being served");
    }
    this.#awaited.clear();
  }

  /** This replica leads from now on: tells what the last leader may not have got to. Who said it already is not repeated. */
  takeOver(): void {
    const since = this.#options.clock.date() - TAKEOVER;
    for (const event of this.#kept) if (event.date >= since) this.#options.offer({ ...event, ifThere: "leave" });
    this.#kept = [];
  }

  #noteOne(name: string, now: Ingress | undefined): void {
    const before = this.#known.get(name);
    if (now === undefined) this.#known.delete(name);
    else this.#known.set(name, now);
    const isSame = before !== undefined && before.metadata.uid === now?.metadata.uid;
    if (isSame && now !== undefined) this.#updated(name, before, now);
    else {
      if (before !== undefined) this.#tell(before, "DELETE", name);
      if (now !== undefined) this.#created(name, now);
    }
  }

  #updated(name: string, before: Ingress, now: Ingress): void {
    if (sameContent(before, now)) return;
    this.#awaited.add(name);
    this.#tell(now, "UPDATE", name);
  }

  #created(name: string, now: Ingress): void {
    if (!this.#begun && now.metadata.createdAt < this.#startedAt) return;
    this.#awaited.add(name);
    this.#tell(now, "CREATE", name);
  }

  #tell(ingress: Ingress, reason: string, message: string): void {
    const { clock, leading, offer } = this.#options;
    const date = clock.date();
    const event: ClusterEvent = {
      ...{ type: "Normal", reason, message, date },
      subject: ingressSubject(ingress),
      ifThere: "count",
    };
    if (leading()) offer(event);
    else this.#keep(event);
  }

  #keep(event: ClusterEvent): void {
    this.#kept.push(event);
    if (this.#kept.length > MOST_KEPT) this.#kept = this.#kept.slice(-MOST_KEPT / 2);
  }
}
