import { randomBytes } from "node:crypto";
import { EventEmitter } from "node:events";
import type { Problem } from "../problems/problem.ts";
import { BackOff } from "../time/back-off.ts";
import { systemClock } from "../time/clock.ts";
import { pause } from "../time/pause.ts";
import type { DataPlaneState, PushAnswer, RefusalReason } from "./control-client.ts";
import { applyChanges, DesiredSnapshot } from "./desired-snapshot.ts";
import { type EntryChanges, encodePushBytes, type Push } from "./push.ts";
import type { StoredSnapshot } from "./read-journal.ts";
import { refusalProblem } from "./refusal-problem.ts";

/** The part of the control channel that a Publisher uses. */
export interface Channel {
  readonly state: () => Promise<DataPlaneState>;
  readonly push: (frames: Buffer) => Promise<PushAnswer>;
}

/** Where accepted pushes are kept. */
export interface PushLog {
  readonly append: (push: Push) => Promise<void>;
}

export interface PublisherOptions {
  readonly channel: Channel;
  readonly journal: PushLog;
  /** What the journal held at the start. */
  readonly stored: StoredSnapshot | undefined;
  /** Of the data plane; absent: what it checked is not noted. */
  readonly fingerprint?: string;
  /** Pauses before connecting again; milliseconds. */
  readonly firstRetryMs?: number;
  readonly lastRetryMs?: number;
}

export interface Accepted {
  readonly generation: number;
  /** Entries that were sent. */
  readonly entries: number;
  /** From the oldest change in the push to its acceptance. */
  readonly milliseconds: number;
  /** Whether it held the source's word, and not the journal's. */
  readonly ofSource: boolean;
}

export interface Refused {
  readonly reason: RefusalReason;
  readonly detail: string;
}

export interface PublisherEvents {
  accepted: [Accepted];
  refused: [Refused];
  /** The data plane cannot be reached: once for each loss. */
  lost: [Error];
  /** The data plane said what it holds. */
  connected: [DataPlaneState];
}

/** A push whose answer has not come. */
interface Sent {
  readonly push: Push;
  readonly since: number;
  readonly revision: number;
  readonly ofSource: boolean;
}

/** A whole Snapshot that is encoded before it is asked for. */
interface Ahead {
  readonly push: Push;
  readonly bytes: Buffer;
  /** Of what is desired. */
  readonly revision: number;
}

const NOTHING: ReadonlyMap<string, string> = new Map();

/**
 * Keeps a data plane at the desired Snapshot: sends what differs, as soon as it differs. Pushes go one after another,
 * and one takes everything that gathered while the one before it was under way. A data plane that holds something else
 * than we know of gets the whole Snapshot. A push that is refused is sent again with the next change, not before.
 */
export class Publisher extends EventEmitter<PublisherEvents> {
  readonly #channel: Channel;
  readonly #journal: PushLog;
  readonly #fingerprint: string | undefined;
  readonly #desired: DesiredSnapshot;
  readonly #backOff: BackOff;
  /** Ends the pause that is under way. */
  #waking = new AbortController();
  readonly #refusals = new Map<RefusalReason, number>();
  /** What the data plane holds, as far as we know. */
  #held: StoredSnapshot | undefined;
  #sent: Sent | undefined;
  #ahead: Ahead | undefined;
  /** A push was lost on its way and may yet arrive. */
  #stray = false;
  /** The source has spoken: what is desired is its word, no longer the journal's. */
  #authoritative = false;
  /** Somebody said that there is a data plane. */
  #awaited = false;
  #synchronised = false;
  /** The data plane has said what it holds. */
  #known = false;
  #needsFull = false;
  #lost = false;
  #refused: Refused | undefined;
  #running = false;
  #stopped = false;

  constructor(options: PublisherOptions) {
    super();
    this.#channel = options.channel;
    this.#journal = options.journal;
    this.#fingerprint = options.fingerprint;
    this.#backOff = new BackOff({
      first: options.firstRetryMs ?? 50,
      longest: options.lastRetryMs ?? 2000,
      atOnce: true,
    });
    this.#desired = new DesiredSnapshot(options.stored?.entries);
    this.#held = options.stored;
  }

  /** The entries that a data plane took last; empty before the first push. */
  get served(): ReadonlyMap<string, string> {
    return this.#held?.entries ?? NOTHING;
  }

  /** The generation that was accepted last; 0 before the first. */
  get generation(): number {
    return this.#held?.generation ?? 0;
  }

  /** Whether the data plane is known to hold an accepted Snapshot just now. */
  get serving(): boolean {
    return this.#known && this.#held !== undefined && !this.#needsFull;
  }

  /** Whether it holds everything that is desired. */
  get settled(): boolean {
    return this.serving && this.#desired.pending === 0 && this.#sent === undefined;
  }

  /** Pushes refused since the start, by reason. */
  get refusals(): ReadonlyMap<RefusalReason, number> {
    return this.#refusals;
  }

  problems(): readonly Problem[] {
    return this.#refused === undefined ? [] : [refusalProblem(this.#refused)];
  }

  /** The data plane (re)started or appeared: asks it what it holds, and waits for it when it is not there yet. */
  connect(): void {
    this.#awaited = true;
    this.#synchronised = false;
    this.#known = false;
    this.#refused = undefined;
    this.#tryAtOnce();
    void this.#run();
  }

  /**
   * Encodes what is stored, for a data plane that is about to appear and to hold nothing: it gets these bytes at once, unless
   * something else is desired by then.
   */
  encodeAhead(): void {
    const push = this.#wholePush();
    if (push !== undefined) this.#ahead = { push, bytes: encodePushBytes(push), revision: this.#desired.revision };
  }

  /** The source's first word: from now on these entries are desired, and no others. */
  replace(entries: EntryChanges): void {
    this.#authoritative = true;
    this.#change(() => this.#desired.replace(entries));
  }

  /** Changes of the desired Snapshot; undefined takes an entry away. */
  update(changes: EntryChanges): void {
    this.#change(() => this.#desired.update(changes));
  }

  /** Ends without sending what is pending. */
  stop(): void {
    this.#stopped = true;
    this.#tryAtOnce();
  }

  #tryAtOnce(): void {
    this.#backOff.succeeded();
    this.#waking.abort();
    this.#waking = new AbortController();
  }

  #change(change: () => void): void {
    const before = this.#desired.revision;
    change();
    if (this.#desired.revision !== before) this.#refused = undefined;
    void this.#run();
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    // Without an await between the last look for work and the end, so that no change is overlooked.
    for (let work = this.#nextWork(); work !== undefined; work = this.#nextWork()) {
      try {
        await work();
      } catch (error) {
        this.#disconnected(error as Error);
        await pause(systemClock, this.#backOff.failed(), this.#waking.signal);
      }
    }
    this.#backOff.succeeded();
    this.#running = false;
  }

  #nextWork(): (() => Promise<void>) | undefined {
    if (!this.#awaited || this.#stopped || this.#refused !== undefined) return undefined;
    if (!this.#synchronised) return () => this.#synchronise();
    // Nothing may be pending when the whole is sent again: then no change has been waiting.
    const since = this.#desired.pending === 0 ? performance.now() : this.#desired.since;
    const push = this.#nextPush();
    if (push === undefined) return undefined;
    const sent = { push, since, revision: this.#desired.revision, ofSource: this.#authoritative };
    return () => this.#send(sent);
  }

  #disconnected(error: Error): void {
    this.#synchronised = false;
    this.#known = false;
    if (this.#lost || this.#stopped) return;
    this.#lost = true;
    this.emit("lost", error);
  }

  async #synchronise(): Promise<void> {
    this.#synchronised = true;
    const state = await this.#channel.state();
    this.#lost = false;
    this.#settleSent(state);
    const known = this.#held?.lineage === state.lineage && this.#held.generation === state.generation;
    this.#needsFull = !known;
    // A live data plane with a history of its own is newer than the journal: only the source knows better.
    if (!known && state.lineage !== "" && !this.#authoritative) this.#held = undefined;
    this.#known = true;
    this.emit("connected", state);
  }

  /** Finds out whether a push whose answer was lost has been taken; no guess when it could be one of several. */
  #settleSent(state: DataPlaneState): void {
    const sent = this.#sent;
    this.#sent = undefined;
    if (sent === undefined) return;
    const taken = state.lineage === sent.push.lineage && (sent.push.full || state.generation > sent.push.base);
    if (taken && !this.#stray) this.#take(sent, state.generation);
    else this.#stray = true;
  }

  /** What the data plane lacks; undefined when it lacks nothing, or when nobody has said what it should hold. */
  #nextPush(): Push | undefined {
    if (this.#needsFull) return this.#fullPush();
    if (this.#held === undefined) return undefined;
    const { lineage, generation, entries } = this.#held;
    const changes = this.#desired.takeDifference(entries);
    if (changes.size === 0) return undefined;
    return { lineage, base: generation, generation: generation + 1, full: false, changes };
  }

  #fullPush(): Push | undefined {
    const ahead = this.#ahead;
    const isOfNow = ahead?.revision === this.#desired.revision && ahead.push.base === this.generation;
    if (!isOfNow) this.#ahead = undefined;
    return this.#ahead?.push ?? this.#wholePush();
  }

  #wholePush(): Push | undefined {
    const someoneSaid = this.#authoritative || this.#held !== undefined;
    if (!someoneSaid || this.#desired.entries.size === 0) return undefined;
    const base = this.generation;
    const lineage = randomBytes(16).toString("hex");
    // Where nothing is pending, what is desired is what was held.
    const checkedBy = this.#desired.pending === 0 ? this.#held?.checkedBy : undefined;
    return { lineage, base, generation: base + 1, full: true, checkedBy, changes: this.#desired.takeAll() };
  }

  /** Who has checked everything that is held once a push is taken: the data plane that took it, if it checked the rest too. */
  #checkedAfter(push: Push): string | undefined {
    return push.full || this.#held?.checkedBy === this.#fingerprint ? this.#fingerprint : undefined;
  }

  async #send(sent: Sent): Promise<void> {
    this.#sent = sent;
    const answer = await this.#answerTo(sent);
    this.#sent = undefined;
    if (answer.accepted) this.#take(sent, answer.generation);
    else this.#notTaken(sent, { reason: answer.reason, detail: answer.detail });
  }

  async #answerTo(sent: Sent): Promise<PushAnswer> {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    const bytes = ahead?.push === sent.push ? ahead.bytes : encodePushBytes(sent.push);
    try {
      return await this.#channel.push(bytes);
    } catch (error) {
      this.#desired.pend(sent.push.changes.keys(), sent.since);
      throw error;
    }
  }

  #take({ push, since, ofSource }: Sent, generation: number): void {
    const checkedBy = this.#checkedAfter(push);
    const entries = push.full || this.#held === undefined ? new Map<string, string>() : this.#held.entries;
    applyChanges(entries, push.changes);
    this.#held = { lineage: push.lineage, generation, entries, checkedBy };
    this.#needsFull = false;
    this.#stray = false;
    this.#backOff.succeeded();
    void this.#journal.append({ ...push, generation, checkedBy });
    const milliseconds = performance.now() - since;
    this.emit("accepted", { generation, entries: push.changes.size, milliseconds, ofSource });
  }

  #notTaken({ push, since, revision }: Sent, refused: Refused): void {
    this.#refusals.set(refused.reason, (this.#refusals.get(refused.reason) ?? 0) + 1);
    this.#desired.pend(push.changes.keys(), since);
    if (refused.reason === "base" && !push.full) this.#needsFull = true;
    // A change that came meanwhile is tried at once: it may be what makes room.
    else if (this.#desired.revision === revision) this.#refused = refused;
    this.emit("refused", refused);
  }
}
