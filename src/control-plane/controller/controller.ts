import type { Logger } from "pino";
import type { HealthView } from "../admin/admin-server.ts";
import type { NameChange } from "../names/resolved-name.ts";
import type { Problem } from "../problems/problem.ts";
import type { Publisher } from "../publish/publisher.ts";
import type { EntryChanges } from "../publish/push.ts";
import type { ObjectChange, Origin, Source, SourceSink } from "../sources/source.ts";
import { Origins } from "./origins.ts";
import { ProblemLog } from "./problem-log.ts";
import { readiness } from "./readiness.ts";

/** Objects in, entries out: the part of the Translator that the controller uses. */
export interface Translation {
  readonly apply: (changes: readonly (ObjectChange | NameChange)[]) => { readonly changed: EntryChanges };
  /** Those whose addresses it needs; the same set until one comes or goes. */
  readonly names: () => ReadonlySet<string>;
  readonly problems: () => readonly Problem[];
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
  /** Pauses before the source is tried again; milliseconds. */
  readonly firstRetryMs?: number;
  readonly lastRetryMs?: number;
  /** How long the first Snapshot waits for names at most; milliseconds. */
  readonly nameWaitMs?: number;
}

/** Longer than DNS takes when it is well, and short beside what a pod takes to start. */
const NAME_WAIT_MS = 3000;

/** Wires a source through the translation to the publisher, and keeps what people ask about. */
export class Controller {
  readonly #options: ControllerOptions;
  readonly #origins = new Origins();
  readonly #problemLog: ProblemLog;
  #source: Source | undefined;
  #sourceProblems: readonly Problem[] = [];
  #sourceFailure = "";
  #delivered = false;
  /** What the source has said so far, until names are known and it is published as a whole. */
  readonly #first = new Map<string, string | undefined>();
  #nameWait: NodeJS.Timeout | undefined;
  #caughtUp = false;
  #stopping = false;
  #retry: NodeJS.Timeout | undefined;
  #failures = 0;

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#problemLog = new ProblemLog(options.log);
    this.#watchPublisher();
    options.names.on("changed", (changes) => this.#take(changes));
  }

  /**
   * Starts the source. Resolves when it has delivered; also when it could not be opened but a stored Snapshot serves, and
   * then tries again by itself.
   *
   * @throws Error with one sentence for the operator when there is neither a source nor a stored Snapshot
   */
  async start(): Promise<void> {
    try {
      await this.#open();
    } catch (error) {
      const failure = (error as Error).message;
      if (!this.#options.hasStored) {
        throw new Error(`${failure} There is no stored snapshot to serve meanwhile either.`, { cause: error });
      }
      this.#sourceFailed(failure);
    }
  }

  async stop(): Promise<void> {
    this.beginStop();
    clearTimeout(this.#retry);
    clearTimeout(this.#nameWait);
    await this.#source?.stop();
  }

  /** From now on not ready; everything else goes on. */
  beginStop(): void {
    this.#stopping = true;
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
      stopping: this.#stopping,
      sourceDelivered: this.#delivered,
      sourceFailure: this.#sourceFailure,
      serving: publisher.serving,
      caughtUp: this.#caughtUp,
      generation: publisher.generation,
    });
  }

  /** Whether the source has delivered and can be read just now. */
  get sourceConnected(): boolean {
    return this.#delivered && this.#sourceFailure === "";
  }

  /** Where an object was read. @param object as in a Problem: `Ingress default/web` */
  originOf(object: string): Origin | undefined {
    return this.#origins.of(object);
  }

  async #open(): Promise<void> {
    const source = this.#options.openSource();
    const sink: SourceSink = {
      changed: (changes) => this.#changed(changes),
      problems: (problems) => {
        this.#sourceProblems = problems;
        this.#noteProblems();
      },
    };
    await source.start(sink);
    this.#source = source;
    this.#sourceFailure = "";
    this.#failures = 0;
    if (this.#stopping) await source.stop();
  }

  #sourceFailed(failure: string): void {
    const { log, firstRetryMs = 1000, lastRetryMs = 30_000 } = this.#options;
    if (failure !== this.#sourceFailure) {
      log.error(
        { failure },
        "the source cannot be opened; the last good snapshot is served and the source tried again",
      );
    }
    this.#sourceFailure = failure;
    if (this.#stopping) return;
    const pause = Math.min(firstRetryMs * 2 ** this.#failures++, lastRetryMs);
    this.#retry = setTimeout(() => {
      this.#open().catch((error: Error) => this.#sourceFailed(error.message));
    }, pause);
  }

  #changed(changes: readonly ObjectChange[]): void {
    this.#origins.note(changes);
    this.#take(changes);
  }

  #take(changes: readonly (ObjectChange | NameChange)[]): void {
    if (this.#stopping) return;
    try {
      this.#publish(this.#translate(changes));
    } catch (error) {
      this.#options.log.error(
        { err: error },
        "a bug: changes could not be translated; what was served before goes on serving",
      );
    }
    this.#noteProblems();
  }

  #translate(changes: readonly (ObjectChange | NameChange)[]): EntryChanges {
    const { translation, names } = this.#options;
    const { changed } = translation.apply(changes);
    const known = names.follow(translation.names());
    return known.length === 0 ? changed : new Map([...changed, ...translation.apply(known).changed]);
  }

  /**
   * The first Snapshot waits until every name has been looked up: it takes the place of the last good one, where they had
   * their addresses.
   */
  #publish(changed: EntryChanges): void {
    const { publisher, names, nameWaitMs = NAME_WAIT_MS } = this.#options;
    if (this.#delivered) {
      publisher.update(changed);
      return;
    }
    for (const [name, body] of changed) this.#first.set(name, body);
    if (names.settled) this.#publishFirst();
    else this.#nameWait ??= setTimeout(() => this.#publishFirst(), nameWaitMs);
  }

  #publishFirst(): void {
    if (this.#delivered || this.#stopping) return;
    clearTimeout(this.#nameWait);
    this.#options.publisher.replace(this.#first);
    this.#first.clear();
    this.#delivered = true;
  }

  #noteProblems(): void {
    this.#problemLog.note(this.problems());
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
    });
    publisher.on("refused", ({ reason, detail }) => {
      log.warn({ reason, detail }, "the data plane refused a push");
      this.#noteProblems();
    });
  }
}
