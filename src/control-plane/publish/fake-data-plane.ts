import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { decodePush, type Push } from "./push.ts";

/** What a fake data plane does with the next push instead of taking it. */
export type Fault = "memory" | "malformed" | "lose" | "take-and-lose";

/** A data plane for tests: the control channel's protocol over a unix socket, and nothing behind it. */
export class FakeDataPlane {
  readonly #path: string;
  #server: Server | undefined;
  lineage = "";
  generation = 0;
  readonly entries = new Map<string, string>();
  /** Pushes that were taken. */
  readonly pushes: Push[] = [];
  /** Requests of any kind. */
  requests = 0;
  /** Faults for the pushes to come, one each. */
  readonly faults: Fault[] = [];
  /** Awaited before a push is answered. */
  gate: Promise<void> = Promise.resolve();

  constructor(socketPath: string) {
    this.#path = socketPath;
  }

  async start(): Promise<void> {
    this.#server = createServer((request, response) => void this.#answer(request, response));
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.listen(this.#path, resolve);
    await promise;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    server.close(() => resolve());
    server.closeAllConnections();
    await promise;
  }

  /** As NGINX when it starts anew: empty memory. */
  async restart(): Promise<void> {
    await this.stop();
    this.lineage = "";
    this.generation = 0;
    this.entries.clear();
    await this.start();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests++;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.url === "/state")
      return this.#say(response, 200, { lineage: this.lineage, generation: this.generation });
    await this.gate;
    const fault = this.faults.shift();
    const decoded = decodePush(Buffer.concat(chunks).toString("latin1"));
    if (!decoded.ok) return this.#say(response, 400, { refused: "malformed", detail: decoded.error });
    if (fault === "memory") return this.#say(response, 507, { refused: "memory", detail: "too large" });
    if (fault === "malformed") return this.#say(response, 422, { refused: "malformed", detail: "entry" });
    if (fault === "lose") return void request.socket.destroy();
    if (!this.#take(decoded.value)) return this.#say(response, 409, { refused: "base", detail: "" });
    if (fault === "take-and-lose") return void request.socket.destroy();
    this.#say(response, 200, { generation: this.generation });
  }

  #take(push: Push): boolean {
    const follows = push.lineage === this.lineage && push.base === this.generation;
    if (!push.full && !follows) return false;
    if (push.full) this.entries.clear();
    for (const [name, body] of push.changes) {
      if (body === undefined) this.entries.delete(name);
      else this.entries.set(name, body);
    }
    this.lineage = push.lineage;
    this.generation++;
    this.pushes.push(push);
    return true;
  }

  #say(response: ServerResponse, status: number, body: object): void {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ ...body, workers: [] }));
  }
}
