import { Agent, type IncomingMessage, request } from "node:http";

/** What the data plane says of itself. */
export interface DataPlaneState {
  /** Empty when nothing was ever pushed. */
  readonly lineage: string;
  readonly generation: number;
  readonly workers: readonly WorkerState[];
  /** Client connections by state; absent where NGINX was built without its status module. */
  readonly connections?: Readonly<Record<string, number>>;
}

export interface WorkerState {
  readonly id: number;
  readonly pid: number;
  readonly generation: number;
}

/** Why a data plane does not take a push. `base`: it holds something else than the push builds on. */
export type RefusalReason = "base" | "memory" | "malformed";

export type PushAnswer =
  | { readonly accepted: true; readonly generation: number }
  | { readonly accepted: false; readonly reason: RefusalReason; readonly detail: string };

/** Beyond this a data plane counts as unreachable. */
const ANSWER_TIMEOUT_MS = 30_000;

const REFUSALS: Readonly<Record<number, RefusalReason>> = {
  409: "base",
  507: "memory",
  422: "malformed",
  400: "malformed",
};

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const status = response.statusCode ?? 0;
  try {
    return { status, body: Object(JSON.parse(Buffer.concat(chunks).toString())) as Record<string, unknown> };
  } catch {
    return { status, body: {} };
  }
}

/** The control channel: HTTP over the data plane's unix socket, one connection, one request after another. */
export class ControlClient {
  readonly #socketPath: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  /** @param socketPath the unix socket that the data plane listens on */
  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  /** @throws Error when the data plane cannot be reached or does not answer as agreed */
  async state(): Promise<DataPlaneState> {
    const { status, body } = await this.#send("GET", "/state", undefined);
    const { lineage, generation, workers, connections } = body;
    if (status !== 200 || typeof lineage !== "string" || typeof generation !== "number") {
      throw new Error(`the data plane answers ${status} when asked for its state`);
    }
    const state = { lineage, generation, workers: Array.isArray(workers) ? (workers as WorkerState[]) : [] };
    return typeof connections === "object" ? { ...state, connections: connections as Record<string, number> } : state;
  }

  /**
   * @param frames an encoded push
   * @throws Error when the data plane cannot be reached or answers something that is neither yes nor no
   */
  async push(frames: Buffer): Promise<PushAnswer> {
    const { status, body } = await this.#send("POST", "/push", frames);
    if (status === 200) return { accepted: true, generation: Number(body.generation) };
    const reason = REFUSALS[status];
    if (reason === undefined) throw new Error(`the data plane answers ${status} to a push`);
    return { accepted: false, reason, detail: typeof body.detail === "string" ? body.detail : "" };
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(method: string, path: string, body: Buffer | undefined): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const headers = { host: "limpet", ...(body === undefined ? {} : { "content-length": body.length }) };
    const options = { socketPath: this.#socketPath, agent: this.#agent, method, path, headers };
    const sending = request({ ...options, timeout: ANSWER_TIMEOUT_MS });
    sending.on("timeout", () => sending.destroy(new Error("the data plane does not answer")));
    sending.on("error", reject);
    sending.on("response", (response) => readAnswer(response).then(resolve, reject));
    sending.end(body);
    return promise;
  }
}
