import { type ClientHttp2Stream, constants, type IncomingHttpHeaders } from "node:http2";
import type { Answer } from "./transport.ts";

const { NGHTTP2_CANCEL, NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM } = constants;

/** What an exchange is told by the connection that it is on. */
export interface ExchangeOptions {
  readonly signal: AbortSignal;
  /** The connection had served before. */
  readonly kept: boolean;
  /** Why the connection broke; undefined when it did not. */
  readonly broken: () => Error | undefined;
  /** Called once, when it is over. */
  readonly over: () => void;
}

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

/** One request and its answer: a stream. */
export class Http2Exchange {
  readonly #stream: ClientHttp2Stream;
  readonly #options: ExchangeOptions;
  /** Gone once the head has come: what it holds, a watch would keep for minutes. */
  #head: PromiseWithResolvers<IncomingHttpHeaders> | undefined = Promise.withResolvers<IncomingHttpHeaders>();
  #failure: Error | undefined;
  #isOver = false;
  /** Nothing more comes: the body is at its end, or broke. */
  #isEnded = false;
  #wake: () => void = () => {};

  constructor(stream: ClientHttp2Stream, options: ExchangeOptions) {
    this.#stream = stream;
    this.#options = options;
    options.signal.addEventListener("abort", this.#abort);
    stream.once("response", (head) => {
      this.#head?.resolve(head);
      this.#head = undefined;
    });
    stream.on("error", (error) => {
      this.#failure = error;
    });
    stream.on("readable", () => this.#wake());
    stream.once("end", () => this.#ended());
    stream.once("close", () => this.#closed());
  }

  /** @throws LostExchange; the signal's reason */
  async answer(): Promise<Answer> {
    const headers = await (this.#head as PromiseWithResolvers<IncomingHttpHeaders>).promise;
    const length = headers["content-length"];
    const body = this.#body(length === undefined ? undefined : Number(length));
    return { status: Number(headers[":status"]), headers, body, end: () => this.#end() };
  }

  /**
   * Node ends a stream that was reset, or whose connection is gone, as one that came to its end: the code tells them apart.
   * Its own iterator takes a stream for broken that closed before it began, as one does whose head and body come together.
   *
   * @param length bytes of the body, where the server has stated them
   */
  async *#body(length: number | undefined): AsyncGenerator<Buffer> {
    let taken = 0;
    try {
      for (;;) {
        const chunk = this.#stream.read() as Buffer | null;
        if (chunk !== null) {
          taken += chunk.length;
          yield chunk;
        } else if (this.#isEnded) break;
        else await this.#more();
      }
    } finally {
      this.#over();
    }
    if (this.#stream.rstCode !== NGHTTP2_NO_ERROR || (length !== undefined && taken !== length)) throw cutOff();
  }

  /** Resolves when there may be more to read, or nothing more comes. */
  #more(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    return promise;
  }

  #ended(): void {
    this.#isEnded = true;
    this.#wake();
  }

  readonly #abort = () => {
    this.#head?.reject(this.#options.signal.reason);
    this.#end();
  };

  #end(): void {
    if (!this.#stream.destroyed) {
      this.#stream.close(NGHTTP2_CANCEL);
      // What came and is not read any more would keep it.
      this.#stream.destroy();
    }
    this.#over();
  }

  #closed(): void {
    this.#ended();
    this.#over();
    const { broken, kept } = this.#options;
    const untouched = this.#stream.rstCode === NGHTTP2_REFUSED_STREAM;
    this.#head?.reject(new LostExchange(broken() ?? this.#failure ?? cutOff(), untouched, kept));
  }

  #over(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.signal.removeEventListener("abort", this.#abort);
    this.#options.over();
  }
}
