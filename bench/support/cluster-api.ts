import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { JsonObject } from "../../test/support/api-emulator/api-object.ts";
import type { Answer, ApiCalls, ClusterApiCalls, Message } from "./cluster-api-process.ts";
import type { Filling } from "./cluster-objects.ts";
import type { Supply } from "./scale-limpet.ts";

const PROCESS = fileURLToPath(new URL("./cluster-api-process.ts", import.meta.url));

/** An API server with objects in it, in a process of its own. */
export class ClusterApi {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #calls = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on("message", (answer: Answer) => this.#take(answer));
    child.once("exit", () => {
      for (const { reject } of this.#waiting.values()) reject(new Error("the API emulator has ended"));
    });
  }

  static start(): ClusterApi {
    return new ClusterApi(fork(PROCESS, { stdio: ["ignore", "inherit", "inherit", "ipc"] }));
  }

  /** Writes a kubeconfig into a folder. @returns its path */
  async kubeconfig(directory: string): Promise<string> {
    return (await this.#call("kubeconfig", directory)) as string;
  }

  async fill(filling: Filling): Promise<void> {
    await this.#call("fill", filling);
  }

  /** Creates or replaces objects. Resolves once they have been told to whoever watches. */
  async apply(...objects: readonly JsonObject[]): Promise<void> {
    await this.#call("apply", objects);
  }

  /** Gives the Endpoints of the first applications another port, evenly within so many milliseconds. */
  async move(count: number, port: number, within: number): Promise<void> {
    await this.#call("move", { count, port, within });
  }

  /** Every request since the last call. */
  async takeCalls(): Promise<readonly ApiCalls[]> {
    return (await this.#call("takeCalls", undefined)) as readonly ApiCalls[];
  }

  /** What a controller is served from, as far as it can be put out of reach. */
  get supply(): Supply {
    return {
      takeAway: async () => void (await this.#call("stopListening", undefined)),
      bringBack: async () => void (await this.#call("listenAgain", undefined)),
    };
  }

  async stop(): Promise<void> {
    const exited = once(this.#child, "exit");
    this.#child.disconnect();
    await exited;
  }

  #call(name: keyof ClusterApiCalls, argument: unknown): Promise<unknown> {
    const message: Message = { id: ++this.#calls, name, argument };
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(message.id, waiting);
    this.#child.send(message);
    return waiting.promise;
  }

  #take({ id, value, failure }: Answer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (failure === undefined) waiting?.resolve(value);
    else waiting?.reject(new Error(failure));
  }
}
