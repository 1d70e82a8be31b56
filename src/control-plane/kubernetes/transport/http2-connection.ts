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

/**
 * Node ends a stream that was reset, or whose connection is gone, as one that came to its end: the code tells them apart.
 *
 * @param length bytes of the body, where the server has stated them
 * @param over called at the end, whatever that is
 */
async function* bodyOf(
  stream: ClientHttp2Stream,
  length: number | undefined,
  over: () => void,
): AsyncGenerator<Buffer> {
  let taken = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      taken += chunk.length;
      yield chunk;
    }
  } finally {
    over();
  }
  if (stream.rstCode !== NGHTTP2_NO_ERROR || (length !== undefined && taken !== length)) throw cutOff();
}

function lengthOf(head: IncomingHttpHeaders): number | undefined {
  const length = head["content-length"];
  return length === undefined ? undefined : Number(length);
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
    const { promise, resolve, reject } = Promise.withResolvers<IncomingHttpHeaders>();
    const over = this.#exchange();
    const abort = () => {
      reject(signal.reason);
      end(stream);
      over();
    };
    signal.addEventListener("abort", abort);
    let failure: Error | undefined;
    let answered = false;
    stream.once("response", (head) => {
      answered = true;
      this.#served = true;
      resolve(head);
    });
    stream.on("error", (error) => {
      failure = error;
    });
    stream.once("close", () => {
      signal.removeEventListener("abort", abort);
      over();
      if (answered) return;
      const untouched = stream.rstCode === NGHTTP2_REFUSED_STREAM;
      reject(new LostExchange(this.#broken ?? failure ?? cutOff(), untouched, kept));
    });
    if (body !== undefined) stream.end(body);
    const head = await promise;
    return {
      status: Number(head[":status"]),
      headers: head,
      body: bodyOf(stream, lengthOf(head), over),
      end: () => end(stream),
    };
  }

  /** Takes no further exchanges; closes when those under way are over. */
  retire(): void {
    this.#session.close();
  }

  /** Breaks what is under way. */
  close(): void {
    this.#session.destroy();
  }

  /** Counts an exchange; gives what says, once or more often, that it is over. */
  #exchange(): () => void {
    if (this.#streams++ === 0) {
      this.#session.ref();
      this.#heartbeat.start();
    }
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#ended();
    };
  }

  #ended(): void {
    if (--this.#streams > 0) return;
    this.#heartbeat.stop();
    // As a kept connection of HTTP/1.1 does not, one that nobody uses does not keep the process alive.
    this.#session.unref();
    this.#over();
  }
}
