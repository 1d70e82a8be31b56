import type { Logger } from "pino";
import type { HealthView } from "../admin/admin-server.ts";
import type { NameChange } from "../names/resolved-name.ts";
import type { Problem } from "../problems/problem.ts";
import type { Publisher } from "../publish/publisher.ts";
import type { EntryChanges } from "../publish/push.ts";
import type { NamedObject, ObjectChange, Origin, Source, SourceSink } from "../sources/source.ts";
import { BackOff } from "../time/back-off.ts";
import { type Clock, systemClock } from "../time/clock.ts";
import { FirstSnapshot } from "./first-snapshot.ts";
import { HeldChanges } from "./held-changes.ts";
import type { Observer } from "./observer.ts";
import { Origins } from "./origins.ts";
import { ProblemLog } from "./problem-log.ts";
import { readiness } from "./readiness.ts";

interface Changed {
  readonly changed: EntryChanges;
  /** See `Observer`. */
  readonly ingresses: readonly string[];
}

/** Objects in, entries out: the part of the Translator that the controller uses. */
export interface Translation {
  readonly apply: (changes: readonly (ObjectChange | NameChange)[]) => {
    readonly changed: EntryChanges;
    /** See `Observer`; absent: none. */
    readonly ingresses?: readonly string[];
  };
  /** When it has something to say even if nothing changes; milliseconds of the clock. Absent or undefined: never. */
  readonly wakeAt?: () => number | undefined;
  /** Names whose addresses it needs; the same set until one comes or goes. */
  readonly names: () => ReadonlySet<string>;
  readonly problems: () => readonly Problem[];
  /** The Secrets and ConfigMaps that something names; the same array until they differ. Absent: nothing does. */
  readonly wanted?: () => readonly NamedObject[];
  /**
   * Takes note of the time, milliseconds since 1970, for what is wrong as time goes by.
   *
   * @returns when something else will be wrong, at the latest; infinity: never. Absent: nothing hangs on it
   */
  readonly noteTime?: (now: number) => number;
}

/** Where the addresses of names come from: the part of the NameBook that the controller uses. */
export interface Names {
  readonly follow: (names: ReadonlySet<string>) => readonly NameChange[];
  readonly settled: boolean;
  readonly on: (event: "changed", listener: (changes: readonly NameChange[]) => void) => unknown;
}

export interface ControllerOptions {
  /** Makes the source; called again when it could not be started. */
  readonly openSource: () => Source;
  readonly translation: Translation;
  readonly names: Names;
  readonly publisher: Publisher;
  readonly log: Logger;
  /** Whether there is a stored Snapshot to serve while the source is away. */
  readonly hasStored: boolean;
  readonly observer?: Observer;
  /** Whether it is served first, and counts as good until the source has been read. */
  readonly storedFirst?: boolean;
  /** Milliseconds that it gets for that, before the source is read. */
  readonly storedHeadStartMs?: number;
  /** Pauses before the source is tried again; milliseconds. */
  readonly firstRetryMs?: number;
  readonly lastRetryMs?: number;
  /** What names get to be looked up before the first Snapshot goes without their addresses; milliseconds. */
  readonly nameWaitMs?: number;
  /** The one that the translation goes by. */
  readonly clock?: Clock;
}

/** The machine's date may be put right meanwhile, and no timer takes more than 24 days. Milliseconds. */
const LONGEST_WAIT_FOR_TIME = 3_600_000;

/** Longer than DNS takes when it is well, and short beside what a pod takes to start. */
const NAME_WAIT_MS = 3000;

/** Wires a source through the translation to the publisher, and keeps what people ask about. */
export class Controller {
  readonly #options: ControllerOptions;
  readonly #origins = new Origins();
  readonly #problemLog: ProblemLog;
  readonly #backOff: BackOff;
  #source: Source | undefined;
  #sourceProblems: readonly Problem[] = [];
  #sourceFailure = "";
  #first = new FirstSnapshot();
  #nameWait: NodeJS.Timeout | undefined;
  #namesWaitedFor = false;
  #wanted: readonly NamedObject[] = [];
  readonly #held = new HeldChanges();
  #delivered = false;
  #caughtUp = false;
  #leaving = false;
  #stopping = false;
  #retry: NodeJS.Timeout | undefined;
  #endHeadStart = () => {};
  #cancelWake = () => {};
  #cancelTime = () => {};

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#backOff = new BackOff({ first: options.firstRetryMs ?? 1000, longest: options.lastRetryMs ?? 30_000 });
    this.#problemLog = new ProblemLog(options.log);
    this.#watchPublisher();
    options.names.on("changed", (changes) => this.#take(changes));
  }

  /**
   * Starts the source. Resolves when it has delivered; at once when what is stored goes first; also when it could not be opened but a stored Snapshot serves, and
   * then tries again by itself; also when the source says that it cannot be read yet, and goes on trying.
   *
   * @throws Error with one sentence for the operator when there is neither a source nor a stored Snapshot
   */
  async start(): Promise<void> {
    if (this.#storedFirst) {
      void this.#startAfterStored();
      return;
    }
    const said = Promise.withResolvers<void>();
    const opened = this.#open(() => said.resolve());
    opened.catch(() => {});
    await Promise.race([opened, said.promise]).catch((error: Error) => this.#couldNotStart(error));
    opened.catch((error: Error) => this.#sourceFailed(error.message));
  }

  get #clock(): Clock {
    return this.#options.clock ?? systemClock;
  }

  get #storedFirst(): boolean {
    return this.#options.hasStored && this.#options.storedFirst === true;
  }

  async stop(): Promise<void> {
    this.beginStop();
    clearTimeout(this.#retry);
    clearTimeout(this.#nameWait);
    this.#cancelWake();
    await this.#source?.stop();
  }

  /** From now on not ready; everything else goes on. */
  leave(): void {
    this.#leaving = true;
  }

  /** From now on what the source says changes nothing any more. */
  beginStop(): void {
    this.#leaving = true;
    this.#stopping = true;
    this.#cancelTime();
    this.#endHeadStart();
  }

  problems(): readonly Problem[] {
    const { translation, publisher } = this.#options;
    const translated = translation.problems().map((problem) => this.#origins.locate(problem));
    return [...this.#sourceProblems, ...translated, ...publisher.problems()];
  }

  readiness(): HealthView {
    const { publisher } = this.#options;
    // Without a push when the data plane held it all already.
    if (this.#delivered && publisher.settled) this.#caughtUp = true;
    return readiness({
      stopping: this.#leaving,
      sourceDelivered: this.#delivered,
      sourceFailure: this.#sourceFailure,
      storedFirst: this.#storedFirst,
      serving: publisher.serving,
      caughtUp: this.#caughtUp,
      generation: publisher.generation,
    });
  }

  /** Whether the source has delivered and can be read just now. */
  get sourceConnected(): boolean {
    return this.#delivered && this.#sourceFailure === "";
  }

  /** By kind of object, or for a source that is of one piece for all, whether it can be read just now. */
  sources(): ReadonlyMap<string, boolean> {
    return this.#source?.connected?.() ?? new Map([["manifests", this.sourceConnected]]);
  }

  /** Other keys were taken: these entries differ for it. */
  rekeyed(changed: EntryChanges): void {
    if (this.#stopping) return;
    if (this.#delivered) this.#update(changed);
    else this.#first.amend(changed);
  }

  /** Where an object was read. @param object as in a Problem: `Ingress default/web` */
  originOf(object: string): Origin | undefined {
    return this.#origins.of(object);
  }

  async #startAfterStored(): Promise<void> {
    await this.#storedServed();
    if (this.#stopping) return;
    await this.#open().catch((error: Error) => this.#sourceFailed(error.message));
  }

  /** Resolves once the data plane serves something, or after a moment: reading the source costs time that it needs. */
  async #storedServed(): Promise<void> {
    const { publisher, storedHeadStartMs = 10_000 } = this.#options;
    const { promise, resolve } = Promise.withResolvers<void>();
    const end = () => resolve();
    const look = () => {
      if (publisher.serving) end();
    };
    this.#endHeadStart = end;
    const timer = setTimeout(end, storedHeadStartMs);
    publisher.on("connected", look).on("accepted", look).on("refused", end);
    look();
    await promise;
    publisher.off("connected", look).off("accepted", look).off("refused", end);
    clearTimeout(timer);
  }

  /** @param failing called when the source says that it cannot be read */
  async #open(failing: () => void = () => {}): Promise<void> {
    const source = this.#options.openSource();
    this.#source = source;
    const sink: SourceSink = {
      changed: (changes) => this.#changed(changes),
      problems: (problems) => {
        this.#sourceProblems = problems;
        this.#noteProblems();
      },
      failing: (failure) => {
        this.#sourceFailing(failure);
        failing();
      },
    };
    await source.start(sink);
    // A source of several pieces says itself how they are.
    if (source.connected === undefined) this.#sourceFailure = "";
    this.#backOff.succeeded();
    if (this.#stopping) await source.stop();
  }

  #couldNotStart(error: Error): void {
    if (!this.#options.hasStored) {
      throw new Error(`${error.message} There is no stored snapshot to serve meanwhile either.`, { cause: error });
    }
  }

  /** Told once when it begins and once when it ends: what fails next tells little more. */
  #sourceFailing(failure: string): void {
    const { log } = this.#options;
    const before = this.#sourceFailure;
    if (failure === before || this.#stopping) return;
    this.#sourceFailure = failure;
    if (failure === "") log.info("the source is being read again");
    else if (before !== "") log.debug({ failure }, "the source cannot be read");
    else if (this.#delivered)
      log.warn({ failure }, "the source cannot be read; what it said last goes on being served");
    else log.warn({ failure }, "the source cannot be read yet; it is tried again");
  }

  #sourceFailed(failure: string): void {
    const { log } = this.#options;
    if (failure !== this.#sourceFailure) {
      log.error(
        { failure },
        "the source cannot be opened; the last good snapshot is served and the source tried again",
      );
    }
    this.#sourceFailure = failure;
    if (this.#stopping) return;
    this.#retry = setTimeout(() => {
      this.#open().catch((error: Error) => this.#sourceFailed(error.message));
    }, this.#backOff.failed());
  }

  #changed(changes: readonly ObjectChange[]): void {
    if (this.#stopping) return;
    this.#origins.note(changes);
    this.#take(changes);
  }

  #take(changes: readonly (ObjectChange | NameChange)[]): void {
    if (this.#stopping) return;
    const { log, observer } = this.#options;
    try {
      const { changed, ingresses } = this.#translate(changes);
      this.#noteTime();
      this.#publish(changed);
      observer?.ingresses(ingresses);
      this.#noteLive();
      // Not after a failure, which would only come again, and at once.
      this.#planWake();
    } catch (error) {
      log.error({ err: error }, "a bug: changes could not be translated; what was served before goes on serving");
    }
    if (this.#delivered) this.#noteProblems();
  }

  /** Translates again when the time has come, with whatever has changed by then. */
  #planWake(): void {
    const { translation, clock = systemClock } = this.#options;
    this.#cancelWake();
    const at = translation.wakeAt?.();
    if (at === undefined) return;
    this.#cancelWake = clock.after(Math.max(0, Math.ceil(at - clock.now())), () => this.#take([]));
  }

  /** Follows the names that are needed now; what is known of them already is part of the same change. */
  #translate(changes: readonly (ObjectChange | NameChange)[]): Changed {
    const { translation, names } = this.#options;
    const { changed, ingresses = [] } = translation.apply(changes);
    const known = names.follow(translation.names());
    if (known.length === 0) return { changed, ingresses };
    return { changed: new Map([...changed, ...translation.apply(known).changed]), ingresses };
  }

  /** What is wrong changes as time goes by, without any event. */
  #noteTime(): void {
    const clock = this.#clock;
    this.#cancelTime();
    const now = clock.date();
    const next = this.#options.translation.noteTime?.(now) ?? Number.POSITIVE_INFINITY;
    if (next === Number.POSITIVE_INFINITY) return;
    this.#cancelTime = clock.after(Math.min(next - now, LONGEST_WAIT_FOR_TIME), () => {
      this.#noteTime();
      if (this.#delivered) this.#noteProblems();
    });
  }

  #publish(changed: EntryChanges): void {
    const named = this.#want();
    if (this.#delivered) {
      if (named !== undefined) this.#held.await(named, this.#clock, () => this.#release());
      return this.#update(changed);
    }
    this.#first.gather(changed);
    if (named !== undefined) this.#first.await(named, () => this.#pushFirst());
    this.#pushFirst();
  }

  #update(changed: EntryChanges): void {
    if (this.#held.waiting) this.#held.gather(changed);
    else this.#options.publisher.update(changed);
  }

  #release(): void {
    if (this.#stopping) return;
    this.#options.publisher.update(this.#held.take());
    this.#noteProblems();
    this.#noteLive();
  }

  /** Asks the source for what the translation names now; undefined when that is what it has been asked for. */
  #want(): Promise<void> | undefined {
    const wanted = this.#options.translation.wanted?.() ?? this.#wanted;
    const want = this.#source?.want;
    if (wanted === this.#wanted || want === undefined) return undefined;
    this.#wanted = wanted;
    return want(wanted);
  }

  /** Makes the first push once everything for it is there; names that do not resolve hold it up for a while only. */
  #pushFirst(): void {
    const { publisher, names, nameWaitMs = NAME_WAIT_MS } = this.#options;
    if (this.#delivered || this.#stopping || !this.#first.isWhole) return;
    if (!names.settled && !this.#namesWaitedFor) {
      this.#nameWait ??= setTimeout(() => this.#endNameWait(), nameWaitMs);
      return;
    }
    clearTimeout(this.#nameWait);
    publisher.replace(this.#first.entries);
    this.#first = new FirstSnapshot();
    this.#delivered = true;
    this.#noteProblems();
  }

  #endNameWait(): void {
    this.#namesWaitedFor = true;
    this.#pushFirst();
  }

  #noteProblems(): void {
    // Of an object that is being looked up it is not known whether it is missing.
    if (this.#held.waiting) return;
    const problems = this.problems();
    this.#problemLog.note(problems);
    if (this.#delivered) this.#options.observer?.problems(problems);
  }

  /** A change may need no push; a push may leave changes that came after it. */
  #noteLive(): void {
    if (this.#delivered && this.#options.publisher.settled && !this.#held.waiting) this.#options.observer?.live();
  }

  #watchPublisher(): void {
    const { publisher, log } = this.#options;
    publisher.on("connected", ({ generation, lineage }) =>
      log.debug({ generation, lineage }, "the data plane answers"),
    );
    publisher.on("lost", (error) =>
      log.warn({ failure: error.message }, "the data plane cannot be reached; trying again"),
    );
    publisher.on("accepted", ({ generation, entries, milliseconds, ofSource }) => {
      log.info({ generation, entries, milliseconds: Math.round(milliseconds * 10) / 10 }, "published");
      if (ofSource) this.#caughtUp = true;
      this.#noteProblems();
      this.#noteLive();
    });
    publisher.on("refused", ({ reason, detail }) => {
      log.warn({ reason, detail }, "the data plane refused a push");
      this.#noteProblems();
    });
  }
}
