import { readFile } from "node:fs/promises";
import type { Clock } from "../time/clock.ts";

/** How long a text is taken for the file's; milliseconds. The kubelet renews a token long before it expires. */
const FRESH_MS = 10_000;

/** A small file that others replace from time to time, such as a token: read again when what is known is not fresh. */
export class KeptFile {
  readonly #path: string;
  readonly #what: string;
  readonly #clock: Clock;
  #text: string | undefined;
  #readAt = 0;

  /** @param what for messages: `The token file` */
  constructor(path: string, what: string, clock: Clock) {
    this.#path = path;
    this.#what = what;
    this.#clock = clock;
  }

  /** @throws Error of one sentence when it cannot be read */
  async text(): Promise<string> {
    if (this.#text !== undefined && this.#clock.now() - this.#readAt < FRESH_MS) return this.#text;
    try {
      this.#text = await readFile(this.#path, "utf8");
      this.#readAt = this.#clock.now();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const remedy = "correct the path, or let the user that runs Limpet read it";
      throw new Error(`${this.#what} ${this.#path} cannot be read (${code}): ${remedy}.`, { cause: error });
    }
    return this.#text;
  }

  forget(): void {
    this.#text = undefined;
  }
}
