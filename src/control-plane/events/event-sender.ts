import type { Logger } from "pino";
import { type ApiClient, ApiError, askedToWait, hasStatus } from "../kubernetes/api-client.ts";
import { BackOff } from "../time/back-off.ts";
import type { Clock } from "../time/clock.ts";
import { pause } from "../time/pause.ts";
import { type ClusterEvent, eventName, eventTime } from "./cluster-event.ts";
import { EventQueue, type QueuedEvent } from "./event-queue.ts";
import { TokenBucket } from "./token-bucket.ts";

export interface EventSenderOptions {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly log: Logger;
  /** Asked right before each write. */
  readonly mayWrite: () => boolean;
  /** Of this replica, for people: the pod's name. */
  readonly instance: string;
  /** Gives a number from 0 to below 1. */
  readonly random?: () => number;
}

/** Requests at once, and a second from then on: whatever happens, an API server notices no more than that. */
const BURST = 50;
const PER_SECOND = 10;
/** The same event goes out no more often than this, with its count; milliseconds. */
const REPEAT_PAUSE = 10_000;
/** Events whose count is remembered. */
const MOST_KNOWN = 4096;
const REQUEST_TIMEOUT = 4_000;
const FIRST_PAUSE = 1_000;
const LAST_PAUSE = 30_000;

/** An event that is in the cluster. */
interface Sent {
  readonly at: number;
  /** Undefined: it was there before us. */
  readonly count: number | undefined;
}

/**
 * Writes events into the cluster, as `v1` Events: `kubectl describe` shows these with their source and count, and their
 * kind has the smallest rights to ask for (create and patch). What is the same is counted up in place.
 */
export class EventSender {
  readonly #options: EventSenderOptions;
  readonly #backOff: BackOff;
  readonly #bucket: TokenBucket;
  readonly #queue = new EventQueue();
  readonly #sent = new Map<string, Sent>();
  #ending = new AbortController();
  #running: Promise<void> | undefined;
  #failure = "";

  constructor(options: EventSenderOptions) {
    this.#options = options;
    this.#backOff = new BackOff({ first: FIRST_PAUSE, longest: LAST_PAUSE, random: options.random ?? Math.random });
    this.#bucket = new TokenBucket(options.clock, BURST, PER_SECOND);
  }

  /** Takes an event to be sent; false when too many wait, or this replica writes nothing. */
  offer(event: ClusterEvent): boolean {
    if (this.#ending.signal.aborted || !this.#options.mayWrite()) return false;
    const taken = this.#queue.add(eventName(event), event);
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return taken;
  }

  /** Drops what waits: another replica writes from now on. */
  drop(): void {
    this.#queue.clear();
  }

  /** Sends what waits, within so many milliseconds, and nothing after that. */
  async stop(milliseconds: number): Promise<void> {
    const { clock } = this.#options;
    const cancel = clock.after(milliseconds, () => this.#ending.abort());
    while (this.#running !== undefined) await this.#running;
    cancel();
    this.#ending.abort();
  }

  async #run(): Promise<void> {
    const { clock, mayWrite } = this.#options;
    const { signal } = this.#ending;
    while (this.#queue.size > 0 && !signal.aborted) {
      const wait = this.#bucket.wait();
      if (wait > 0) await pause(clock, wait, signal);
      const queued = this.#queue.take((name) => this.#restedEnough(name));
      if (queued === undefined) await pause(clock, 1000, signal);
      else if (signal.aborted) return;
      else if (mayWrite()) await this.#send(queued);
      else this.#queue.clear();
    }
  }

  #restedEnough(name: string): boolean {
    const sent = this.#sent.get(name);
    return sent === undefined || this.#options.clock.now() - sent.at >= REPEAT_PAUSE;
  }

  async #send(queued: QueuedEvent): Promise<void> {
    this.#bucket.take();
    try {
      const sent = this.#sent.get(queued.name);
      if (sent === undefined) await this.#create(queued);
      else await this.#count(queued, sent.count);
      this.#backOff.succeeded();
      this.#failure = "";
    } catch (error) {
      await this.#failed(queued, error as Error);
    }
  }

  async #create(queued: QueuedEvent): Promise<void> {
    const path = collectionOf(queued.event);
    try {
      const body = this.#bodyOf(queued);
      await this.#options.client.request({ method: "POST", path, body, timeoutMs: REQUEST_TIMEOUT });
      this.#remember(queued.name, queued.times);
    } catch (error) {
      if (!(error instanceof ApiError) || error.reason !== "AlreadyExists") throw error;
      this.#remember(queued.name, undefined);
      if (queued.event.ifThere === "count") await this.#count(queued, undefined);
    }
  }

  /** @param before the count so far; when it is not known, the answer to the write says it for the next time */
  async #count(queued: QueuedEvent, before: number | undefined): Promise<void> {
    const { event, name, times, lastDate } = queued;
    const body = { lastTimestamp: eventTime(lastDate), ...(before !== undefined && { count: before + times }) };
    const path = `${collectionOf(event)}/${encodeURIComponent(name)}`;
    const contentType = "application/merge-patch+json";
    try {
      const answer = await this.#options.client.request({
        ...{ method: "PATCH", path, body, contentType },
        timeoutMs: REQUEST_TIMEOUT,
      });
      this.#remember(name, (answer as { readonly count?: number }).count ?? times);
    } catch (error) {
      // Events live for an hour.
      if (!hasStatus(error, 404)) throw error;
      this.#sent.delete(name);
      await this.#create({ ...queued, event: { ...event, ifThere: "leave" } });
    }
  }

  #remember(name: string, count: number | undefined): void {
    this.#sent.delete(name);
    this.#sent.set(name, { at: this.#options.clock.now(), count });
    if (this.#sent.size <= MOST_KNOWN) return;
    for (const oldest of this.#sent.keys()) {
      this.#sent.delete(oldest);
      return;
    }
  }

  async #failed(queued: QueuedEvent, error: Error): Promise<void> {
    const { log, clock } = this.#options;
    const failure = error instanceof ApiError ? String(error.status) : error.message;
    const hint = failure === "403" ? "; allow create and patch of events" : "";
    const facts = { object: `${queued.event.subject.kind} ${queued.event.subject.name}`, failure: error.message };
    log[failure === this.#failure ? "debug" : "warn"](facts, `an event cannot be written${hint}`);
    this.#failure = failure;
    // A server that refuses this one, as in a namespace that is being deleted, refuses it the next time too.
    const refused = error instanceof ApiError && error.status < 500 && error.status !== 429 && error.status !== 401;
    if (refused) return;
    this.#queue.putBack(queued);
    await pause(clock, this.#backOff.failed(askedToWait(error)), this.#ending.signal);
  }

  #bodyOf({ name, event, times, lastDate }: QueuedEvent): unknown {
    const { subject, type, reason, message, date } = event;
    const { resourceVersion, ...named } = subject;
    return {
      apiVersion: "v1",
      kind: "Event",
      metadata: { namespace: subject.namespace, name },
      involvedObject: { ...named, ...(resourceVersion !== "" && { resourceVersion }) },
      ...{ type, reason, message, count: times },
      firstTimestamp: eventTime(date),
      lastTimestamp: eventTime(lastDate),
      source: { component: "limpet", host: this.#options.instance },
      reportingComponent: "limpet",
      reportingInstance: this.#options.instance,
    };
  }
}

function collectionOf({ subject }: ClusterEvent): string {
  return `/api/v1/namespaces/${encodeURIComponent(subject.namespace)}/events`;
}
