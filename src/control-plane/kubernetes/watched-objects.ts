import type { Logger } from "pino";
import { BackOff } from "../time/back-off.ts";
import type { Clock } from "../time/clock.ts";
import { pause } from "../time/pause.ts";
import { type ApiClient, askedToWait, hasStatus } from "./api-client.ts";
import { errorOfEvent } from "./status-object.ts";

/** An object as the API server gives it. */
export interface WatchedObject {
  readonly metadata: {
    readonly name: string;
    readonly resourceVersion: string;
    readonly deletionTimestamp?: string;
  };
}

export interface WatchedObjectsOptions {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly log: Logger;
  /** Of a namespace's objects of one kind: `/api/v1/namespaces/limpet/services`. */
  readonly path: string;
  /** Which of them: few, as they are all kept. */
  readonly selector: { readonly fieldSelector: string } | { readonly labelSelector: string };
  /** Called with all there are, at first and after each change. */
  readonly changed: (objects: readonly WatchedObject[]) => void;
  /** Gives a number from 0 to below 1. */
  readonly random?: () => number;
}

const REQUEST_TIMEOUT = 10_000;
/** How long a watch lasts: also how long a connection that is dead and does not say so goes unnoticed, and a bit. */
const WATCH_SECONDS = 120;
const FIRST_PAUSE = 1_000;
const LAST_PAUSE = 30_000;

interface WatchLine {
  readonly type: string;
  readonly object: WatchedObject;
}

/**
 * A handful of objects, kept up to date by a list and watches: what the status and the webhook need besides the objects
 * of the source. What was known stays known while the server is away.
 */
export class WatchedObjects {
  readonly #options: WatchedObjectsOptions;
  readonly #ending = new AbortController();
  readonly #objects = new Map<string, WatchedObject>();
  readonly #backOff: BackOff;
  #version = "";
  #running: Promise<void> | undefined;

  constructor(options: WatchedObjectsOptions) {
    this.#options = options;
    this.#backOff = new BackOff({ first: FIRST_PAUSE, longest: LAST_PAUSE, random: options.random ?? Math.random });
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      try {
        if (this.#version === "") await this.#list();
        const since = this.#options.clock.now();
        await this.#watch();
        this.#backOff.succeeded();
        // A server that ends watches as soon as they begin is not asked in a loop.
        const { clock } = this.#options;
        await pause(clock, FIRST_PAUSE - (clock.now() - since), signal);
      } catch (error) {
        if (signal.aborted) return;
        await pause(this.#options.clock, this.#failed(error as Error), signal);
      }
    }
  }

  /** Gives the milliseconds to wait. */
  #failed(error: Error): number {
    const { log, path } = this.#options;
    this.#version = "";
    const expired = hasStatus(error, 410);
    const level = expired || this.#backOff.failures > 0 ? "debug" : "warn";
    log[level]({ path, failure: error.message }, "objects that Limpet needs for itself cannot be read; trying again");
    return this.#backOff.failed(askedToWait(error));
  }

  async #list(): Promise<void> {
    const { client, path, selector } = this.#options;
    const { signal } = this.#ending;
    const query = { ...selector };
    const list = await client.request({ method: "GET", path, query, timeoutMs: REQUEST_TIMEOUT, signal });
    const { metadata, items } = list as {
      readonly metadata: { readonly resourceVersion: string };
      readonly items?: readonly WatchedObject[] | null;
    };
    if (signal.aborted) return;
    this.#objects.clear();
    for (const object of items ?? []) this.#objects.set(object.metadata.name, object);
    this.#version = metadata.resourceVersion;
    this.#tell();
  }

  /** Follows one watch to its end. */
  async #watch(): Promise<void> {
    const { client, clock, path, selector } = this.#options;
    const query = {
      ...selector,
      watch: "true",
      allowWatchBookmarks: "true",
      resourceVersion: this.#version,
      timeoutSeconds: String(WATCH_SECONDS),
    };
    const silence = new AbortController();
    const cancel = clock.after(WATCH_SECONDS * 1000 + REQUEST_TIMEOUT, () => silence.abort());
    try {
      const signal = AbortSignal.any([this.#ending.signal, silence.signal]);
      const lines = await client.lines({ path, query, timeoutMs: REQUEST_TIMEOUT, signal });
      for await (const line of lines) this.#take(JSON.parse(line) as WatchLine);
    } finally {
      cancel();
    }
  }

  #take({ type, object }: WatchLine): void {
    if (this.#ending.signal.aborted) return;
    if (type === "ERROR") throw errorOfEvent(`GET ${this.#options.path}`, { ...object });
    this.#version = object.metadata.resourceVersion;
    if (type === "BOOKMARK") return;
    if (type === "DELETED") this.#objects.delete(object.metadata.name);
    else this.#objects.set(object.metadata.name, object);
    this.#tell();
  }

  #tell(): void {
    this.#options.changed([...this.#objects.values()]);
  }
}
