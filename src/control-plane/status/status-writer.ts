import type { Logger } from "pino";
import { type ApiClient, ApiError, askedToWait, hasStatus } from "../kubernetes/api-client.ts";
import type { Ingress, LoadBalancerAddress } from "../objects/model.ts";
import { parseObject } from "../objects/parse-object.ts";
import { isOlder } from "../sources/kubernetes/raw-object.ts";
import { BackOff } from "../time/back-off.ts";
import type { Clock } from "../time/clock.ts";
import { sameAddresses } from "./addresses.ts";

export interface StatusWriterOptions {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly log: Logger;
  /** Asked right before each write. */
  readonly mayWrite: () => boolean;
  /** Whether an Ingress, as it was just read, is ours. */
  readonly isOurs: (ingress: Ingress) => boolean;
  /** Gives a number from 0 to below 1. */
  readonly random?: () => number;
}

/** Writes under way at the same time. */
const CONCURRENCY = 8;
/** Shorter than the time between a leader's end and the next one's beginning: none is under way then. */
const REQUEST_TIMEOUT = 4_000;
const FIRST_PAUSE = 500;
const LAST_PAUSE = 30_000;
/** A status that does not stay for so long is being undone by somebody. */
const SHORT_LIVED = 120_000;
const MOST_CONFLICTS = 3;

/** What an Ingress's status was last written as, and how often lately. */
interface Written {
  readonly at: number;
  readonly inARow: number;
}

/** Whether a failure says nothing about the object that it was met with. */
function isGeneral(error: unknown): boolean {
  if (!(error instanceof ApiError)) return true;
  return error.status === 401 || error.status === 403 || error.status === 429 || error.status >= 500;
}

/**
 * Keeps `status.loadBalancer` of the Ingresses that are ours at the addresses that are published, and of no others. Writes
 * what differs, again after somebody wiped it, and each time over the version that it has seen. A failure of the server
 * halts all writing for a while; two who undo each other's writes do so more and more slowly.
 */
export class StatusWriter {
  readonly #options: StatusWriterOptions;
  readonly #backOff: BackOff;
  readonly #ours = new Map<string, Ingress>();
  readonly #due = new Set<string>();
  readonly #written = new Map<string, Written>();
  /** By Ingress: takes its timer back. */
  readonly #delayed = new Map<string, () => void>();
  readonly #busy = new Map<string, Promise<void>>();
  #addresses: readonly LoadBalancerAddress[] | undefined;
  #cancelHalt: (() => void) | undefined;
  #failure = "";
  /** The last replica ends: what it published is to go. */
  #removing = false;
  #stopped = false;

  constructor(options: StatusWriterOptions) {
    this.#options = options;
    this.#backOff = new BackOff({ first: FIRST_PAUSE, longest: LAST_PAUSE, random: options.random ?? Math.random });
  }

  /** An Ingress of ours that is new or different. */
  set(ingress: Ingress): void {
    const name = nameOf(ingress);
    const learnt = this.#ours.get(name)?.observed;
    // What the answer to a write said is newer than what the watch says next.
    const isLate = learnt !== undefined && isOlder(ingress.observed?.resourceVersion ?? "", learnt.resourceVersion);
    this.#ours.set(name, isLate ? { ...ingress, observed: learnt } : ingress);
    this.#consider(name);
  }

  /** An Ingress, by `namespace/name`, that is gone or not ours any more: its status is nobody's business here. */
  delete(name: string): void {
    this.#ours.delete(name);
    this.#due.delete(name);
    this.#written.delete(name);
    this.#undelay(name);
  }

  /** What the statuses should say; undefined: nobody knows, and they are left as they are. */
  publish(addresses: readonly LoadBalancerAddress[] | undefined): void {
    this.#addresses = addresses;
    this.reconsider();
  }

  /** Looks at every Ingress again: this replica may write now. */
  reconsider(): void {
    for (const name of this.#ours.keys()) this.#consider(name);
  }

  /** Resolves once no write is under way or due. */
  async idle(): Promise<void> {
    while (this.#busy.size > 0) await Promise.all(this.#busy.values());
  }

  /**
   * Takes the published addresses out of each status that says them and nothing else, and puts none in any more. Resolves
   * when it is done or cannot be.
   */
  async removeAll(): Promise<void> {
    this.#removing = true;
    for (const name of [...this.#delayed.keys()]) this.#undelay(name);
    this.#due.clear();
    await this.idle();
    this.#written.clear();
    this.reconsider();
    this.#options.log.info({ ingresses: this.#due.size + this.#busy.size }, "the addresses leave the statuses");
    await this.idle();
  }

  /** Writes nothing more; resolves once no write is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#due.clear();
    for (const name of [...this.#delayed.keys()]) this.#undelay(name);
    this.#cancelHalt?.();
    this.#cancelHalt = undefined;
    await this.idle();
  }

  get #mayWrite(): boolean {
    return !this.#stopped && this.#options.mayWrite();
  }

  #needsWrite({ observed }: Ingress): boolean {
    const published = this.#addresses;
    if (published === undefined) return false;
    const says = observed !== undefined && sameAddresses(observed.loadBalancer, published);
    return this.#removing ? says && published.length > 0 : !says;
  }

  #consider(name: string): void {
    const ingress = this.#ours.get(name);
    if (ingress === undefined || !this.#needsWrite(ingress)) {
      this.#due.delete(name);
      return;
    }
    if (!this.#mayWrite || this.#delayed.has(name)) return;
    const wait = this.#waitBefore(name);
    if (wait > 0) this.#delay(name, wait);
    else {
      this.#due.add(name);
      this.#pump();
    }
  }

  /** None before a first write or a first repair; then twice as long each time that a write was undone within minutes. */
  #waitBefore(name: string): number {
    const written = this.#written.get(name);
    if (written === undefined || written.inARow < 2) return 0;
    const wait = Math.min(FIRST_PAUSE * 2 ** (written.inARow - 1), LAST_PAUSE * 2);
    return Math.max(0, written.at + wait - this.#options.clock.now());
  }

  #delay(name: string, milliseconds: number): void {
    this.#undelay(name);
    const cancel = this.#options.clock.after(milliseconds, () => {
      this.#delayed.delete(name);
      this.#consider(name);
    });
    this.#delayed.set(name, cancel);
  }

  #undelay(name: string): void {
    this.#delayed.get(name)?.();
    this.#delayed.delete(name);
  }

  #pump(): void {
    if (this.#cancelHalt !== undefined) return;
    for (const name of this.#due) {
      if (this.#busy.size >= CONCURRENCY || !this.#mayWrite) return;
      if (this.#busy.has(name)) continue;
      this.#due.delete(name);
      this.#busy.set(
        name,
        this.#write(name).finally(() => {
          this.#busy.delete(name);
          this.#pump();
        }),
      );
    }
  }

  async #write(name: string): Promise<void> {
    try {
      await this.#reconcile(name);
      this.#backOff.succeeded();
      this.#failure = "";
    } catch (error) {
      this.#failed(name, error as Error);
    }
  }

  /** Reads what it does not know, writes what differs; after a conflict, both again. */
  async #reconcile(name: string): Promise<void> {
    for (let conflicts = 0; conflicts < MOST_CONFLICTS; conflicts++) {
      const ingress = conflicts === 0 ? this.#ours.get(name) : await this.#readAgain(name);
      const version = ingress?.observed?.resourceVersion;
      if (ingress === undefined || !this.#needsWrite(ingress) || !this.#mayWrite) return;
      if (version !== undefined && (await this.#patched(name, version))) return;
    }
    this.#delay(name, FIRST_PAUSE);
  }

  /** Whether it was written; false when the version is not the newest any more. */
  async #patched(name: string, resourceVersion: string): Promise<boolean> {
    const ingress = this.#removing ? [] : (this.#addresses ?? []);
    try {
      const answer = await this.#options.client.request({
        method: "PATCH",
        path: `${pathOf(name)}/status`,
        contentType: "application/merge-patch+json",
        body: {
          metadata: { resourceVersion },
          status: { loadBalancer: { ingress: ingress.length === 0 ? null : ingress } },
        },
        timeoutMs: REQUEST_TIMEOUT,
      });
      this.#learn(name, answer);
      this.#count(name);
      return true;
    } catch (error) {
      if (hasStatus(error, 409)) return false;
      throw error;
    }
  }

  #count(name: string): void {
    const now = this.#options.clock.now();
    const before = this.#written.get(name);
    const inARow = before !== undefined && now - before.at < SHORT_LIVED ? before.inARow + 1 : 1;
    this.#written.set(name, { at: now, inARow });
  }

  /** The Ingress as it is now; undefined when it is gone, another one, or not ours. */
  async #readAgain(name: string): Promise<Ingress | undefined> {
    const known = this.#ours.get(name);
    const raw = await this.#options.client.request({
      method: "GET",
      path: pathOf(name),
      timeoutMs: REQUEST_TIMEOUT,
    });
    const parsed = parseObject(raw);
    if (known === undefined || !parsed.ok || parsed.object.kind !== "Ingress") return undefined;
    const now = parsed.object;
    if (now.metadata.uid !== known.metadata.uid || !this.#options.isOurs(now)) return undefined;
    this.#learn(name, raw);
    return now;
  }

  /** Takes over what the server says of an Ingress: the watch says it too, but later. */
  #learn(name: string, raw: unknown): void {
    const known = this.#ours.get(name);
    const parsed = parseObject(raw);
    if (known === undefined || !parsed.ok || parsed.object.kind !== "Ingress") return;
    const { metadata, observed } = parsed.object;
    if (observed !== undefined && metadata.uid === known.metadata.uid) this.#ours.set(name, { ...known, observed });
  }

  #failed(name: string, error: Error): void {
    // Deleted meanwhile; the source says so too.
    if (hasStatus(error, 404)) return;
    const general = isGeneral(error);
    this.#report(name, error, general);
    if (!general || this.#stopped) return;
    // The process is ending: what cannot be taken out now stays.
    if (this.#removing) this.#due.clear();
    else this.#halt(name, error);
  }

  #report(name: string, error: Error, general: boolean): void {
    const denied = hasStatus(error, 403);
    const hint = denied ? "; allow get of ingresses and patch of ingresses/status" : "";
    const failure = error instanceof ApiError ? String(error.status) : error.message;
    const level = general && failure === this.#failure ? "debug" : "warn";
    this.#options.log[level]({ ingress: name, failure: error.message }, `a status cannot be written${hint}`);
    if (general) this.#failure = failure;
  }

  /** Writes nothing for a while, and then this one again too. */
  #halt(name: string, error: Error): void {
    this.#due.add(name);
    if (this.#cancelHalt !== undefined) return;
    this.#cancelHalt = this.#options.clock.after(this.#backOff.failed(askedToWait(error)), () => {
      this.#cancelHalt = undefined;
      this.#pump();
    });
  }
}

function nameOf({ metadata }: Ingress): string {
  return `${metadata.namespace}/${metadata.name}`;
}

/** @param name `namespace/name` */
function pathOf(name: string): string {
  const [namespace = "", ingress = ""] = name.split("/");
  return `/apis/networking.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/ingresses/${encodeURIComponent(ingress)}`;
}
