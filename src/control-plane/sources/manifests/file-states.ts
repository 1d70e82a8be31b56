import { hash } from "node:crypto";
import type { Problem } from "../../problems/problem.ts";
import { fileDoesNotParse, fileEmptied, fileUnreadable } from "../../problems/source-problems.ts";
import type { ObjectChange } from "../source.ts";
import { Inventory } from "./inventory.ts";
import { parseManifest } from "./parse-manifest.ts";
import type { FileReading, Look } from "./read-file.ts";

interface FileState {
  /** How the file looked when it was read last. */
  readonly look?: Look;
  readonly hash?: string;
  /** What is wrong with the objects that it last gave. */
  readonly problems: readonly Problem[];
  /** Why the file's newest text does not count. */
  readonly refusal?: Problem;
}

/** `unsettled`: the file may be in the middle of a save and must be read again. */
export type Outcome = "taken" | "unsettled";

const NOTHING: FileState = { problems: [] };

/** What each file said last, and what is wrong with it now. */
export class FileStates {
  readonly #states = new Map<string, FileState>();
  readonly #inventory = new Inventory();
  readonly #ignored: (file: string, kinds: readonly string[]) => void;

  /** @param ignored is told the kinds in a file that were passed over */
  constructor(ignored: (file: string, kinds: readonly string[]) => void) {
    this.#ignored = ignored;
  }

  get files(): readonly string[] {
    return [...this.#states.keys()];
  }

  /** How a file looked when it was read last. */
  look(file: string): Look | undefined {
    return this.#states.get(file)?.look;
  }

  takeChanges(): readonly ObjectChange[] {
    return this.#inventory.takeChanges();
  }

  problems(): readonly Problem[] {
    const ofFiles = [...this.#states.values()].flatMap(({ problems, refusal }) =>
      refusal === undefined ? problems : [...problems, refusal],
    );
    return [...ofFiles, ...this.#inventory.problems()];
  }

  /**
   * Takes what was read of a file; what cannot be used changes nothing but the Problems.
   *
   * @param settled whether the file has had its time; before that, text that cannot be used is not yet a mistake
   */
  take(file: string, reading: FileReading, settled: boolean): Outcome {
    if (reading.kind === "unsettled") return "unsettled";
    if (reading.kind === "gone") return this.#forget(file);
    if (reading.kind === "unreadable") return this.#refuse(file, fileUnreadable(file, reading.reason));
    const refusal = reading.kind === "text" ? this.#takeText(file, reading.text, reading.look) : notUtf8(file);
    if (refusal === undefined) return "taken";
    return settled ? this.#refuse(file, refusal) : "unsettled";
  }

  #forget(file: string): Outcome {
    this.#inventory.set(file, []);
    this.#states.delete(file);
    return "taken";
  }

  #refuse(file: string, refusal: Problem): Outcome {
    const { hash: _, ...state } = this.#states.get(file) ?? NOTHING;
    this.#states.set(file, { ...state, refusal });
    return "taken";
  }

  /** Gives the Problem of a text that does not count. */
  #takeText(file: string, text: string, look: Look): Problem | undefined {
    const digest = hash("sha1", text);
    const state = this.#states.get(file) ?? NOTHING;
    if (state.hash === digest) {
      this.#states.set(file, { ...state, look });
      return undefined;
    }
    if (text.trim() === "" && this.#inventory.has(file)) return fileEmptied(file);
    const manifest = parseManifest(file, text);
    if ("code" in manifest) return manifest;
    this.#inventory.set(file, manifest.objects);
    this.#states.set(file, { look, hash: digest, problems: manifest.problems });
    if (manifest.ignored.length > 0) this.#ignored(file, manifest.ignored);
    return undefined;
  }
}

function notUtf8(file: string): Problem {
  return fileDoesNotParse({ file, line: 1, column: 1 }, "it is not UTF-8 text");
}
