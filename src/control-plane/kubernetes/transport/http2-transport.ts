import type { Clock } from "../../time/clock.ts";
import { Http2Connection } from "./http2-connection.ts";
import { LostExchange } from "./http2-exchange.ts";
import { type OpeningSession, openSession } from "./open-session.ts";
import type { Answer, Endpoint, Outgoing, Transport } from "./transport.ts";

/** The server does not offer HTTP/2. */
export class NotOffered extends Error {
  override readonly name = "NotOffered";
}

/** Milliseconds until a connection and its TLS have to be there. */
const OPENING_MS = 30_000;

/** What a signal cannot end is left behind. @throws the signal's reason; whatever `promise` throws */
async function whileWanted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort);
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** HTTP/2: many exchanges on one connection, and a further connection when the server takes no more of them on that. */
export class Http2Transport implements Transport {
  readonly #endpoint: Endpoint;
  readonly #clock: Clock;
  readonly #connections = new Set<Http2Connection>();
  #opening: Promise<void> | undefined;
  #abandon: OpeningSession["abandon"] = () => {};
  #retired = false;

  constructor(endpoint: Endpoint, clock: Clock) {
    this.#endpoint = endpoint;
    this.#clock = clock;
  }

  /** @throws NotOffered too */
  async send(request: Outgoing, signal: AbortSignal): Promise<Answer> {
    try {
      return await this.#sendOnce(request, signal);
    } catch (error) {
      const again = error instanceof LostExchange && (error.untouched || (error.kept && request.method === "GET"));
      if (signal.aborted || !again) throw error;
      return this.#sendOnce(request, signal);
    }
  }

  retire(): void {
    this.#retired = true;
    for (const connection of this.#connections) connection.retire();
  }

  close(): void {
    this.#retired = true;
    this.#abandon(new Error("The transport has been closed."));
    for (const connection of this.#connections) connection.close();
  }

  async #sendOnce(request: Outgoing, signal: AbortSignal): Promise<Answer> {
    let connection = this.#withRoom();
    while (connection === undefined) {
      // One at a time: whoever waits for it may find room on it.
      this.#opening ??= this.#open();
      await whileWanted(this.#opening, signal);
      connection = this.#withRoom();
    }
    return connection.send(request, signal);
  }

  #withRoom(): Http2Connection | undefined {
    for (const connection of this.#connections) {
      if (connection.hasRoom) return connection;
    }
    return undefined;
  }

  async #open(): Promise<void> {
    const { session: opening, abandon } = openSession(this.#endpoint);
    this.#abandon = abandon;
    const late = Object.assign(new Error("The server did not answer in time."), { code: "ETIMEDOUT" });
    const inTime = this.#clock.after(OPENING_MS, () => abandon(late));
    try {
      const session = await opening;
      if (session === undefined) throw new NotOffered();
      const connection = new Http2Connection(session, this.#clock, () => this.#changed(connection));
      this.#connections.add(connection);
    } finally {
      inTime();
      this.#opening = undefined;
      this.#abandon = () => {};
    }
  }

  #changed(connection: Http2Connection): void {
    if (connection.idle && this.#retired) connection.retire();
    if (!connection.usable) this.#connections.delete(connection);
  }
}
