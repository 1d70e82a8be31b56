/** The API server of a benchmark, in a process of its own: what it takes is not the controller's. Told what to do by messages. */

import { ApiEmulator } from "../../test/support/api-emulator/api-emulator.ts";
import type { JsonObject } from "../../test/support/api-emulator/api-object.ts";
import { clusterObjects, type Filling, sliceInCluster } from "./cluster-objects.ts";

/** Requests of one verb and resource. */
export interface ApiCalls {
  readonly verb: string;
  readonly resource: string;
  readonly requests: number;
  /** Those that go on where a page before ended. */
  readonly continued: number;
}

const TOKEN = "bench";

/** Milliseconds between the parts in which changes are spread. */
const STEP = 10;

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** What the parent may ask for, each with one argument. */
class ClusterApiProcess {
  readonly #api: ApiEmulator;

  constructor(api: ApiEmulator) {
    this.#api = api;
  }

  kubeconfig(directory: string): Promise<string> {
    return this.#api.kubeconfig(directory);
  }

  fill(filling: Filling): void {
    for (const object of clusterObjects(filling)) this.#api.apply(object);
  }

  apply(objects: readonly JsonObject[]): void {
    for (const object of objects) this.#api.apply(object);
  }

  /** The Endpoints of the first applications get another port, one after another within so many milliseconds. */
  async move(change: { readonly count: number; readonly port: number; readonly within: number }): Promise<void> {
    const { count, port, within } = change;
    const start = performance.now();
    for (let i = 0; i < count; i++) {
      while (performance.now() - start < (i / count) * within) await pause(STEP);
      this.#api.apply(sliceInCluster(`app-${i}`, i, port));
    }
  }

  /** Every request since the last call. */
  takeCalls(): readonly ApiCalls[] {
    const calls = new Map<string, { verb: string; resource: string; requests: number; continued: number }>();
    for (const { verb = "", resource = "", method, path, query } of this.#api.requests.entries) {
      const call = { verb: verb === "" ? method : verb, resource: resource === "" ? path : resource };
      const key = `${call.verb} ${call.resource}`;
      const known = calls.get(key) ?? { ...call, requests: 0, continued: 0 };
      known.requests++;
      if (query.has("continue")) known.continued++;
      calls.set(key, known);
    }
    this.#api.requests.clear();
    return [...calls.values()];
  }

  stopListening(): Promise<void> {
    return this.#api.stopListening();
  }

  listenAgain(): Promise<void> {
    return this.#api.listenAgain();
  }
}

export type ClusterApiCalls = Pick<ClusterApiProcess, keyof ClusterApiProcess>;

export interface Message<Name extends keyof ClusterApiCalls = keyof ClusterApiCalls> {
  readonly id: number;
  readonly name: Name;
  readonly argument: unknown;
}

export interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly failure?: string;
}

async function answer(api: ClusterApiProcess, { id, name, argument }: Message): Promise<Answer> {
  try {
    return { id, value: await (api[name] as (argument: unknown) => unknown).call(api, argument) };
  } catch (error) {
    return { id, failure: String(error) };
  }
}

if (process.send !== undefined) {
  const api = new ClusterApiProcess(await ApiEmulator.start({ tls: true, tokens: [TOKEN] }));
  process.on("message", (message: Message) => void answer(api, message).then((reply) => process.send?.(reply)));
  process.on("disconnect", () => process.exit(0));
}
