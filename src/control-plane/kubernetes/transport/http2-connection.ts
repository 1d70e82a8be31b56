import { type ClientHttp2Session, type ClientHttp2Stream, constants, type IncomingHttpHeaders } from "node:http2";
import type { Clock } from "../../time/clock.ts";
import { Heartbeat } from "./heartbeat.ts";
import type { Answer, Outgoing } from "./transport.ts";

const { NGHTTP2_CANCEL, NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM } = constants;

/** An exchange that ended before the head of its answer. */
export class LostExchange extends Error {
  override readonly name = "LostExchange";
  /** What `unreachable` shows of it. */
  readonly code: string;
  /** The server has done nothing for it (RFC 9113 section 8.7): even a write may be sent again. */
  readonly untouched: boolean;
  /** The connection had served before: it may have ended for reasons of its own. */
  readonly kept: boolean;

  constructor(cause: Error & { readonly code?: string }, untouched: boolean, kept: boolean) {
    super(cause.message, { cause });
    this.code = cause.code ?? cause.message;
    this.untouched = untouched;
    this.kept = kept;
  }
}

function cutOff(): Error {
  return Object.assign(new Error("The stream ended before its end."), { code: "ECONNRESET" });
}

/** Node tells a stream that was reset, or whose connection is gone, from one that ended by the code alone. */
async function* bodyOf(stream: ClientHttp2Stream): AsyncGenerator<Buffer> {
  yield* stream as AsyncIterable<Buffer>;
  if (stream.rstCode !== NGHTTP2_NO_ERROR) throw cutOff();
}

function end(stream: ClientHttp2Stream): void {
  if (stream.destroyed) return;
  stream.close(NGHTTP2_CANCEL);
  // What came and is not read any more would keep it.
  stream.destroy();
}

/** One HTTP/2 connection, and the exchanges on it. */
export class Http2Connection {
  readonly #session: ClientHttp2Session;
  readonly #heartbeat: Heartbeat;
  readonly #over: () => void;
  /** Exchanges under way. */
  #streams = 0;
  #served = false;
  #broken: Error | undefined;

  /** @param over called once it takes no further exchanges, and when it is idle */
  constructor(session: ClientHttp2Session, clock: Clock, over: () => void) {
    this.#session = session;
    this.#over = over;
    this.#heartbeat = new Heartbeat(session, clock);
    session.on("error", (error) => {
      this.#broken = error;
    });
    session.once("goaway", over).once("close", over);
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
    const kept = this.#served;
    const asked = { ...headers, ":method": method, ":path": path };
    const stream = this.#session.request(asked, { endStream: body === undefined });
    this.#begun();
    const { promise, resolve, reject } = Promise.withResolvers<IncomingHttpHeaders>();
    const abort = () => {
      reject(signal.reason);
      end(stream);
    };
    signal.addEventListener("abort", abort);
    let failure: Error | undefined;
    stream.once("response", resolve);
    stream.on("error", (error) => {
      failure = error;
    });
    stream.once("close", () => {
      signal.removeEventListener("abort", abort);
      this.#ended();
      const untouched = stream.rstCode === NGHTTP2_REFUSED_STREAM;
      reject(new LostExchange(this.#broken ?? failure ?? cutOff(), untouched, kept));
    });
    if (body !== undefined) stream.end(body);
    const head = await promise;
    this.#served = true;
    return { status: Number(head[":status"]), headers: head, body: bodyOf(stream), end: () => end(stream) };
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
    this.#over();
  }
}
