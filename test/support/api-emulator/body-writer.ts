import type { ServerResponse } from "node:http";
import type { Ending } from "./fault.ts";
import type { Line } from "./line.ts";

export interface Trickle {
  /** Bytes of each part. */
  readonly bytes: number;
  /** Milliseconds between parts. */
  readonly interval: number;
}

type Step = Buffer | Ending;

/** Writes the body of an answer, in one go or in small parts, and ends it in any of the ways there are. */
export class BodyWriter {
  readonly #response: ServerResponse;
  readonly #line: Line;
  readonly #trickle: Trickle | undefined;
  readonly #steps: Step[] = [];
  #waiting = false;
  #closed = false;

  /** @param line the connection under the answer */
  constructor(response: ServerResponse, line: Line, trickle: Trickle | undefined) {
    this.#response = response;
    this.#line = line;
    this.#trickle = trickle;
    response.once("close", () => {
      this.#closed = true;
    });
  }

  write(text: string | Buffer): void {
    if (this.#trickle === undefined) this.#response.write(text);
    else this.#divide(Buffer.from(text), this.#trickle.bytes);
  }

  /** Ends the answer after what was written. */
  end(ending: Ending): void {
    if (this.#steps.length > 0) this.#steps.push(ending);
    else this.#finish(ending);
  }

  #divide(bytes: Buffer, size: number): void {
    for (let at = 0; at < bytes.length; at += size) this.#steps.push(bytes.subarray(at, at + size));
    this.#next();
  }

  #next(): void {
    if (this.#waiting || this.#steps.length === 0) return;
    this.#waiting = true;
    const step = () => {
      this.#waiting = false;
      this.#take();
      this.#next();
    };
    const interval = this.#trickle?.interval ?? 0;
    if (interval === 0) setImmediate(step);
    else setTimeout(step, interval).unref();
  }

  #take(): void {
    const step = this.#steps.shift();
    if (step === undefined || this.#closed) this.#steps.length = 0;
    else if (typeof step === "object") this.#response.write(step);
    else this.#finish(step);
  }

  #finish(ending: Ending): void {
    if (ending === "close") this.#response.end();
    else if (ending === "fin") this.#line.finish();
    else this.#line.reset();
  }
}
