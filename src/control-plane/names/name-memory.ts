import { readFile, rename, writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import { z } from "zod";
import type { ResolvedName } from "./resolved-name.ts";

const address = z.string().refine((text) => isIP(text) !== 0);
const resolvedName = z.object({ ipv4: z.array(address), ipv6: z.array(address) });
const content = z.record(z.string(), resolvedName);

/** Names with their addresses. */
type Known = ReadonlyMap<string, ResolvedName>;

function parse(text: string): Known {
  return new Map(Object.entries(content.parse(JSON.parse(text))));
}

function print(known: Known): string {
  // A failure is of the moment; a name without an address is nothing to remember.
  const worthwhile = [...known].filter(([, { ipv4, ipv6 }]) => ipv4.length + ipv6.length > 0);
  return JSON.stringify(Object.fromEntries(worthwhile.map(([name, { ipv4, ipv6 }]) => [name, { ipv4, ipv6 }])));
}

/**
 * The addresses of names in a file, so that a controller that starts while DNS is away serves what the one before it
 * served.
 */
export class NameMemory {
  readonly remembered: Known;
  readonly #path: string;
  readonly #report: (message: string) => void;
  #writing: Promise<void> | undefined;
  /** What is to be written once the write under way has ended. */
  #next: Known | undefined;

  private constructor(path: string, remembered: Known, report: (message: string) => void) {
    this.#path = path;
    this.remembered = remembered;
    this.#report = report;
  }

  /** @param report takes what goes wrong with the file, as a sentence; nothing else depends on it */
  static async open(path: string, report: (message: string) => void): Promise<NameMemory> {
    try {
      return new NameMemory(path, parse(await readFile(path, "utf8")), report);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") report(`${path} cannot be read; names begin anew.`);
      return new NameMemory(path, new Map(), report);
    }
  }

  /** Has what is known written; of several calls during a write the last one counts. */
  note(known: Known): void {
    this.#next = known;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
  }

  /** Resolves when everything is written. */
  async close(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    while (this.#next !== undefined) {
      const text = print(this.#next);
      this.#next = undefined;
      try {
        await writeFile(`${this.#path}.new`, text, { mode: 0o600 });
        await rename(`${this.#path}.new`, this.#path);
      } catch (error) {
        this.#report(`${this.#path} cannot be written (${(error as NodeJS.ErrnoException).code}).`);
      }
    }
  }
}
