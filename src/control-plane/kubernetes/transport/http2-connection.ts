import type { ClientHttp2Session } from "node:http2";
import type { Clock } from "../../time/clock.ts";
import { Heartbeat } from "./heartbeat.ts";
import { Http2Exchange } from "./http2-exchange.ts";
import type { Answer, Outgoing } from "./transport.ts";

/** One HTTP/2 connection, and the exchanges on it. */
export class Http2Connection {
  readonly #session: ClientHttp2Session;
  readonly #heartbeat: Heartbeat;
  readonly #changed: () => void;
  /** Exchanges under way. */
  #streams = 0;
  #served = false;
  #broken: Error | undefined;

  /** @param changed called once it takes no further exchanges, and whenever it becomes idle */
  constructor(session: ClientHttp2Session, clock: Clock, changed: () => void) {
    this.#session = session;
    this.#changed = changed;
    this.#heartbeat = new Heartbeat(session, clock);
    session.on("error", (error) => {
      this.#broken = error;
    });
    session.once("goaway", changed).once("close", changed);
    session.unref();
  }

  /** Whether it takes further exchanges, now or when others on it are over. */
  get usable(): boolean {
    return !this.#session.closed && !this.#session.destroyed;
  }

  get idle(): boolean {
    return this.#streams === 0;
  }

  /** Whether it takes one more exchange now, by the server's SETTINGS_MAX_CONCURRENT_STREAMS. */
  get hasRoom(): boolean {
    const most = this.#session.remoteSettings.maxConcurrentStreams ?? Number.POSITIVE_INFINITY;
    return this.usable && this.#streams < Math.max(1, most);
  }

  /** See `Transport.send`. @throws LostExchange; the signal's reason */
  async send({ method, path, headers, body }: Outgoing, signal: AbortSignal): Promise<Answer> {
    signal.throwIfAborted();
    const head = { ...headers, ":method": method, ":path": path };
    const stream = this.#session.request(head, { endStream: body === undefined });
    this.#begun();
    const over = () => this.#ended();
    const exchange = new Http2Exchange(stream, { signal, kept: this.#served, broken: () => this.#broken, over });
    if (body !== undefined) stream.end(body);
    const answer = await exchange.answer();
    this.#served = true;
    return answer;
  }

  /** Takes no further exchanges; closes when those under way are over. */
  retire(): void {
    this.#session.close();
  }

  /** Breaks what is under way. */
  close(): void {
    this.#session.destroy();
  }

  #begun(): void {
    if (this.#streams++ > 0) return;
    this.#session.ref();
    this.#heartbeat.start();
  }

  #ended(): void {
    if (--this.#streams > 0) return;
    this.#heartbeat.stop();
    // As a kept connection of HTTP/1.1 does not, one that nobody uses does not keep the process alive.
    this.#session.unref();
    this.#changed();
  }
}
