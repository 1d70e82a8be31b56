import { type ApiClient, ApiError, askedToWait } from "../../kubernetes/api-client.ts";
import type { KubernetesObject } from "../../objects/model.ts";
import type { Problem } from "../../problems/problem.ts";
import { BackOff } from "../../time/back-off.ts";
import type { Clock } from "../../time/clock.ts";
import { pause } from "../../time/pause.ts";
import type { ObjectChange } from "../source.ts";
import { KnownObjects } from "./known-objects.ts";
import { listObjects } from "./list-objects.ts";
import { isOlder } from "./raw-object.ts";
import type { Resource } from "./resource.ts";
import { Silence } from "./silence.ts";
import { readWatchEvent, type WatchEvent } from "./watch-event.ts";

export interface ReflectorOptions {
  readonly client: ApiClient;
  readonly resource: Resource;
  readonly clock: Clock;
  /** Gives a number from 0 to below 1. */
  readonly random: () => number;
  /** What differs, after the first list too. */
  readonly changed: (changes: readonly ObjectChange[]) => void;
  /** A list came in whole, a request failed, or is answered again: see `listed`, `failure`. */
  readonly stateChanged: () => void;
}

/** The server ends a watch after so many seconds, from the first to below the second: spread, so that not all end at once. */
const WATCH_SECONDS = [300, 600] as const;
/** A server says something about once a minute, a bookmark at the least. After so many ms it counts as gone. */
const LONGEST_SILENCE_MS = 180_000;
/** Milliseconds for the head of a watch, which the server sends at once. */
const HEAD_TIMEOUT_MS = 30_000;
/** A watch that lived this long was well, even if it said nothing; milliseconds. */
const WELL_MS = 5_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 15_000;
/** After so many watches in a row that break before their first event, a list goes past what cannot be read. */
const MOST_BARREN = 3;

/** The server has no history from this version on, or never had: only a list helps. */
function needsList(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  return error.status === 410 || error.message.includes("Too large resource version");
}

/**
 * Mirrors the objects of one resource: a list, then a watch from there on, for ever. What is known stays known whatever
 * fails; only the server's own word, a DELETED event or a list that is whole, takes an object away.
 */
export class Reflector {
  readonly #options: ReflectorOptions;
  readonly #known: KnownObjects;
  readonly #backOff: BackOff;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  /** Where the next watch goes on; undefined: a list comes first. */
  #version: string | undefined;
  #listed = false;
  #failure: Error | undefined;
  #connected = false;
  /** Watches in a row that began and gave nothing. */
  #barren = 0;
  /** Nothing has come from a watch since the last list. */
  #fresh = false;

  constructor(options: ReflectorOptions) {
    this.#options = options;
    this.#known = new KnownObjects(options.resource);
    this.#backOff = new BackOff({ first: FIRST_PAUSE_MS, longest: LONGEST_PAUSE_MS, random: options.random });
  }

  get resource(): Resource {
    return this.#options.resource;
  }

  /** Whether a list has come in whole. */
  get listed(): boolean {
    return this.#listed;
  }

  /** Why the server cannot be read just now. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Whether changes arrive just now. */
  get connected(): boolean {
    return this.#connected;
  }

  objects(): Iterable<KubernetesObject> {
    return this.#known.all();
  }

  problems(): readonly Problem[] {
    return this.#known.problems();
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error("The source has been stopped."));
    await this.#running;
    this.#connected = false;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      try {
        if (this.#version === undefined) await this.#list();
        else await this.#watch(this.#version);
      } catch (error) {
        if (!this.#stopped) await this.#failed(error as Error);
      }
    }
  }

  get #stopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #list(): Promise<void> {
    const { client, resource } = this.#options;
    let draft = this.#known.draft();
    const begin = () => {
      draft = this.#known.draft();
      return (raw: unknown) => draft.add(raw);
    };
    const version = await listObjects(client, resource, this.#stopping.signal, begin);
    this.#version = version;
    const changes = this.#known.commit(draft);
    this.#listed = true;
    this.#fresh = true;
    this.#barren = 0;
    this.#changed(changes);
    this.#answered();
  }

  async #watch(version: string): Promise<void> {
    const { clock, random } = this.#options;
    const [least, most] = WATCH_SECONDS;
    const seconds = Math.floor(least + random() * (most - least));
    const ending = new AbortController();
    const end = () => ending.abort();
    const silence = new Silence(clock, LONGEST_SILENCE_MS, end);
    this.#stopping.signal.addEventListener("abort", end);
    const since = clock.now();
    try {
      await this.#read(version, seconds, ending.signal, silence);
    } catch (error) {
      // Silence is a suspicion: the next watch will show whether the server is there.
      if (!ending.signal.aborted) throw error;
    } finally {
      silence.stop();
      this.#stopping.signal.removeEventListener("abort", end);
      if (clock.now() - since >= WELL_MS) this.#well();
    }
    // A server that ends watches as soon as they begin is not asked in a loop.
    if (clock.now() - since < WELL_MS) await this.#pause(this.#backOff.failed());
  }

  #well(): void {
    this.#backOff.succeeded();
    this.#barren = 0;
    this.#fresh = false;
  }

  async #read(version: string, seconds: number, signal: AbortSignal, silence: Silence): Promise<void> {
    const { client, resource } = this.#options;
    const { path, fieldSelector } = resource;
    const query = {
      watch: "true",
      allowWatchBookmarks: "true",
      resourceVersion: version,
      timeoutSeconds: String(seconds),
      ...(fieldSelector !== undefined && { fieldSelector }),
    };
    const lines = await client.lines({ path, query, signal, timeoutMs: HEAD_TIMEOUT_MS });
    this.#connected = true;
    this.#barren++;
    this.#answered();
    for await (const line of lines) {
      silence.heard();
      this.#take(readWatchEvent(line, resource));
    }
  }

  #take(event: WatchEvent): void {
    this.#well();
    // A bookmark that was overtaken must not lead back.
    if (this.#version === undefined || !isOlder(event.version, this.#version)) this.#version = event.version;
    if (event.type === "bookmark") return;
    const change = event.type === "set" ? this.#known.set(event.raw) : this.#known.delete(event.raw);
    this.#changed(change === undefined ? [] : [change]);
  }

  /** Called when nothing differs too: an object's Problems may. */
  #changed(changes: readonly ObjectChange[]): void {
    this.#options.changed(changes);
  }

  #answered(): void {
    this.#failure = undefined;
    this.#options.stateChanged();
  }

  async #failed(error: Error): Promise<void> {
    const expired = needsList(error);
    if (expired || this.#barren >= MOST_BARREN) this.#version = undefined;
    // History that was forgotten while nobody listened is no failure. Right after a list it is one.
    if (expired && this.#listed && !this.#fresh) {
      this.#fresh = true;
      return;
    }
    const wait = this.#backOff.failed(askedToWait(error));
    this.#connected = false;
    this.#failure = error;
    this.#options.stateChanged();
    await this.#pause(wait);
  }

  #pause(milliseconds: number): Promise<void> {
    return pause(this.#options.clock, milliseconds, this.#stopping.signal);
  }
}
