import type { Logger } from "pino";
import { type ApiClient, askedToWait, hasStatus } from "../kubernetes/api-client.ts";
import type { Secret } from "../objects/model.ts";
import { parseObject } from "../objects/parse-object.ts";
import type { NamedObject } from "../sources/source.ts";
import { BackOff } from "../time/back-off.ts";
import { type Clock, systemClock } from "../time/clock.ts";
import { pause } from "../time/pause.ts";
import type { Keys } from "../translate/seal.ts";
import { findKeys, randomKey, storeKeys } from "./keys.ts";
import { isSameKeys, parseKeys } from "./parse-keys.ts";

export interface SecretKeysOptions {
  readonly client: ApiClient;
  readonly namespace: string;
  readonly name: string;
  /** In the state directory: a copy, to start with while the API server is away. */
  readonly folder: string;
  readonly log: Logger;
  readonly clock?: Clock;
  /** Gives a number from 0 to below 1. */
  readonly random?: () => number;
}

const TIMEOUT_MS = 10_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 15_000;

/** The keys of all replicas: one Secret, which the first of them makes. */
export class SecretKeys {
  readonly #options: SecretKeysOptions;
  readonly #clock: Clock;
  #keys: Keys | undefined;
  #failure = "";

  constructor(options: SecretKeysOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** The Secret, as a source is asked for it. */
  get secret(): NamedObject {
    const { namespace, name } = this.#options;
    return { kind: "Secret", namespace, name };
  }

  /**
   * The keys: from the stored copy, or from the Secret, which is made if there is none. Goes on trying until there are keys;
   * undefined when the signal ends that.
   *
   * @param failing is told why there are none yet, as one sentence
   */
  async load(failing: (failure: string) => void, signal: AbortSignal): Promise<Keys | undefined> {
    this.#keys ??= await findKeys(this.#options.folder);
    const backOff = new BackOff({
      first: FIRST_PAUSE_MS,
      longest: LONGEST_PAUSE_MS,
      random: this.#options.random ?? Math.random,
    });
    while (this.#keys === undefined && !signal.aborted) {
      try {
        await this.#keep(await this.#readOrMake(signal));
      } catch (error) {
        if (signal.aborted) return undefined;
        failing((error as Error).message);
        await pause(this.#clock, backOff.failed(askedToWait(error)), signal);
      }
    }
    return this.#keys;
  }

  /** Takes the Secret as it is now; gives the keys when they are others than before. */
  async take(secret: Secret): Promise<Keys | undefined> {
    try {
      const keys = parseKeys(secret);
      this.#failure = "";
      if (this.#keys !== undefined && isSameKeys(keys, this.#keys)) return undefined;
      await this.#keep(keys);
      return keys;
    } catch (error) {
      this.#report((error as Error).message);
      return undefined;
    }
  }

  /** The Secret is not there: it is made again of the keys that are in use, so that no session ends. */
  async restore(signal: AbortSignal): Promise<void> {
    const { namespace, name, log } = this.#options;
    try {
      if (this.#keys === undefined) return;
      await this.#make(this.#keys, signal);
      log.info({ secret: `${namespace}/${name}` }, "the Secret of the keys was not there and has been made");
    } catch (error) {
      // Another replica was faster: what it made is on its way.
      if (signal.aborted || hasStatus(error, 409)) return;
      this.#report((error as Error).message);
    }
  }

  async #keep(keys: Keys): Promise<void> {
    this.#keys = keys;
    await storeKeys(this.#options.folder, keys).catch((error: Error) => {
      this.#options.log.warn({ failure: error.message }, "the keys cannot be stored; a start needs the API server");
    });
  }

  #report(failure: string): void {
    if (failure === this.#failure) return;
    this.#failure = failure;
    this.#options.log.error({ failure }, "the Secret of the keys cannot be used; the keys of before are");
  }

  async #readOrMake(signal: AbortSignal): Promise<Keys> {
    try {
      return await this.#read(signal);
    } catch (error) {
      if (!hasStatus(error, 404)) throw error;
    }
    const keys = { current: randomKey() };
    try {
      await this.#make(keys, signal);
      return keys;
    } catch (error) {
      if (!hasStatus(error, 409)) throw error;
    }
    return await this.#read(signal);
  }

  async #read(signal: AbortSignal): Promise<Keys> {
    const { client, name } = this.#options;
    const path = `${this.#collection}/${encodeURIComponent(name)}`;
    const raw = await client.request({ method: "GET", path, signal, timeoutMs: TIMEOUT_MS });
    const parsed = parseObject(raw);
    if (parsed.ok && parsed.object.kind === "Secret") return parseKeys(parsed.object);
    throw new Error(`The API server's answer to GET ${path} is no Secret.`);
  }

  async #make(keys: Keys, signal: AbortSignal): Promise<void> {
    const { client, namespace, name } = this.#options;
    const entries = Object.entries(keys).filter(([, key]) => key !== undefined);
    const body = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name, namespace, labels: { "app.kubernetes.io/managed-by": "limpet" } },
      type: "Opaque",
      data: Object.fromEntries(entries.map(([key, bytes]) => [key, Buffer.from(bytes).toString("base64")])),
    };
    await client.request({ method: "POST", path: this.#collection, body, signal, timeoutMs: TIMEOUT_MS });
  }

  get #collection(): string {
    return `/api/v1/namespaces/${encodeURIComponent(this.#options.namespace)}/secrets`;
  }
}
