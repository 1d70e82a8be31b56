import { EventEmitter } from "node:events";
import { isDeepStrictEqual } from "node:util";
import type { Logger } from "pino";
import { type ApiClient, askedToWait, hasStatus } from "../kubernetes/api-client.ts";
import type { Clock } from "../time/clock.ts";
import { pause } from "../time/pause.ts";
import type { Leadership, LeadershipEvents } from "./leadership.ts";
import { Lease, type LeaseName, type LeaseRecord, microTime, type StoredLease } from "./lease.ts";

export interface ElectorOptions {
  readonly client: ApiClient;
  readonly lease: LeaseName;
  /** Of this process and no other that ever was: two with one name would both lead. */
  readonly identity: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** From 0 to 1. */
  readonly random?: () => number;
}

/** client-go's defaults (k8s.io/client-go/tools/leaderelection), milliseconds; candidates look a little more often. */
const LEASE_DURATION = 15_000;
const RENEW_DEADLINE = 10_000;
const RETRY_PERIOD = 2_000;
/** One lost answer leaves time for another attempt within the deadline. */
const REQUEST_TIMEOUT = RENEW_DEADLINE / 2;
const RELEASE_LIMITS = { timeoutMs: 2_000 };

/** A Lease as we have seen it. */
interface Observed extends StoredLease {
  /** On our clock: when the record was first seen to be as it is. */
  readonly since: number;
}

/**
 * Takes part in the election of a leader by a Lease, as client-go's candidates do.
 *
 * No two clocks are compared: a holder counts as gone when its record has not changed for the Lease's duration of *our*
 * time. A leader leads for less than that after the moment it *sent* its last renewal, whether or not a timer got to
 * run: the others, who saw the renewal later, are still waiting then. Each write names the version that it replaces, so
 * of two candidates one gets a conflict.
 *
 * `@kubernetes/client-node` (2.0.1) has no election to use instead.
 */
export class Elector extends EventEmitter<LeadershipEvents> implements Leadership {
  readonly #options: ElectorOptions;
  readonly #lease: Lease;
  readonly #random: () => number;
  readonly #ending = new AbortController();
  #observed: Observed | undefined;
  /** When the last renewal that succeeded was sent; undefined: we hold nothing. */
  #renewedAt: number | undefined;
  /** What was told to others last. */
  #toldLeading = false;
  #cancelDeadline: () => void = () => {};
  #running: Promise<void> | undefined;
  #failure = "";
  readonly #limits = { timeoutMs: REQUEST_TIMEOUT, signal: this.#ending.signal };

  constructor(options: ElectorOptions) {
    super();
    this.#options = options;
    this.#lease = new Lease(options.client, options.lease);
    this.#random = options.random ?? Math.random;
  }

  get leading(): boolean {
    return this.#renewedAt !== undefined && this.#options.clock.now() < this.#renewedAt + RENEW_DEADLINE;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    const held = this.#renewedAt !== undefined;
    this.#renewedAt = undefined;
    this.#ending.abort();
    this.#tell();
    await this.#running;
    if (held) await this.#release();
  }

  async #run(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#ending;
    while (!signal.aborted) {
      const wait = await this.#attempt();
      await pause(clock, wait, signal);
    }
  }

  /** One attempt to get or keep the Lease; gives the milliseconds until the next. */
  async #attempt(): Promise<number> {
    try {
      await this.#acquireOrRenew();
      this.#failure = "";
    } catch (error) {
      if (!this.#ending.signal.aborted) return this.#failed(error as Error);
    }
    this.#tell();
    return this.#nextPause();
  }

  #failed(error: Error): number {
    const { log, lease } = this.#options;
    if (error.message !== this.#failure) {
      const denied = hasStatus(error, 403);
      const hint = denied ? `; allow get, create and patch of leases in the namespace ${lease.namespace}` : "";
      log.warn({ lease: lease.name, failure: error.message }, `the Lease cannot be read or written${hint}`);
    }
    this.#failure = error.message;
    // A leader does not wait longer: it would lose what it has.
    return this.leading ? RETRY_PERIOD : Math.max(askedToWait(error), this.#nextPause());
  }

  /** Candidates spread, so that they do not all run for it at once, and are there when it runs out. */
  #nextPause(): number {
    if (this.leading) return RETRY_PERIOD;
    const usual = RETRY_PERIOD * (0.5 + 0.5 * this.#random());
    const left = this.#observed === undefined ? 0 : this.#endOf(this.#observed) - this.#options.clock.now();
    return left > 0 ? Math.min(usual, left) : usual;
  }

  async #acquireOrRenew(): Promise<void> {
    const observed = this.#observed;
    if (observed !== undefined && this.#isOurs(observed.record) && (await this.#replaced(observed))) return;
    const now = await this.#look();
    if (now === undefined) await this.#create();
    else if (this.#isFree(now)) await this.#replaced(now);
    else this.#renewedAt = undefined;
  }

  #isOurs(record: LeaseRecord): boolean {
    return record.holder === this.#options.identity;
  }

  #isFree(observed: Observed): boolean {
    const { holder } = observed.record;
    return holder === "" || this.#isOurs(observed.record) || this.#options.clock.now() >= this.#endOf(observed);
  }

  #endOf({ record, since }: Observed): number {
    return since + (record.durationSeconds > 0 ? record.durationSeconds * 1000 : LEASE_DURATION);
  }

  /** What the Lease says now; undefined when there is none. */
  async #look(): Promise<Observed | undefined> {
    const stored = await unless(404, this.#lease.read(this.#limits));
    if (stored === undefined) {
      this.#observed = undefined;
      this.#renewedAt = undefined;
      return undefined;
    }
    return this.#observe(stored);
  }

  #observe(stored: StoredLease): Observed {
    const before = this.#observed;
    // A version alone says nothing: somebody may have put a label on it.
    const same = before !== undefined && isDeepStrictEqual(before.record, stored.record);
    const since = same ? before.since : this.#options.clock.now();
    this.#observed = { ...stored, since };
    return this.#observed;
  }

  async #create(): Promise<void> {
    const sentAt = this.#options.clock.now();
    const record = this.#record(undefined);
    const stored = await unless(409, this.#lease.create(record, this.#limits));
    if (stored !== undefined) this.#won(stored, sentAt);
  }

  /** Whether we have the Lease now; false when somebody else has written it meanwhile, or it is gone. */
  async #replaced({ record, resourceVersion }: Observed): Promise<boolean> {
    const sentAt = this.#options.clock.now();
    const written = this.#lease.replace(resourceVersion, this.#record(record), this.#limits);
    const stored = await unless(404, unless(409, written));
    if (stored === undefined) return false;
    this.#won(stored, sentAt);
    return true;
  }

  #record(before: LeaseRecord | undefined): LeaseRecord {
    const { identity, clock } = this.#options;
    const now = microTime(clock.date());
    const same = before?.holder === identity;
    return {
      holder: identity,
      durationSeconds: LEASE_DURATION / 1000,
      acquireTime: same && before.acquireTime !== "" ? before.acquireTime : now,
      renewTime: now,
      transitions: (before?.transitions ?? 0) + (same || before === undefined ? 0 : 1),
    };
  }

  #won(stored: StoredLease, sentAt: number): void {
    this.#observe(stored);
    if (this.#ending.signal.aborted) return;
    this.#renewedAt = sentAt;
    this.#cancelDeadline();
    const left = sentAt + RENEW_DEADLINE - this.#options.clock.now();
    // Timers may go off a little early.
    this.#cancelDeadline = this.#options.clock.after(Math.max(0, left) + 1, () => this.#tell());
    this.#tell();
  }

  /** Tells others when it has begun or ended. */
  #tell(): void {
    const leading = this.leading;
    if (!leading) this.#cancelDeadline();
    if (leading === this.#toldLeading) return;
    this.#toldLeading = leading;
    const { log, lease, identity } = this.#options;
    if (leading) log.info({ lease: lease.name, identity }, "this replica leads: it writes status and events");
    else log.info({ lease: lease.name, holder: this.#observed?.record.holder }, "this replica leads no more");
    this.emit(leading ? "elected" : "lost");
  }

  /** Empties the Lease, so that the next candidate need not wait for its end. */
  async #release(): Promise<void> {
    const { log, lease } = this.#options;
    try {
      const observed = this.#observed;
      if (observed !== undefined && (await this.#emptied(observed))) return;
      // A renewal may have been on its way when we stopped, and have changed the version.
      const stored = await this.#lease.read(RELEASE_LIMITS);
      if (this.#isOurs(stored.record)) await this.#emptied(stored);
    } catch (error) {
      log.debug({ lease: lease.name, failure: (error as Error).message }, "the Lease is not handed over: it runs out");
    }
  }

  async #emptied({ record, resourceVersion }: StoredLease): Promise<boolean> {
    const now = microTime(this.#options.clock.date());
    const empty: LeaseRecord = { ...record, holder: "", durationSeconds: 1, acquireTime: now, renewTime: now };
    return (await unless(409, this.#lease.replace(resourceVersion, empty, RELEASE_LIMITS))) !== undefined;
  }
}

/** Undefined in place of an answer with one status that is expected. */
async function unless<T>(status: number, answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (hasStatus(error, status)) return undefined;
    throw error;
  }
}
