/** An object or array of the text that is open at a place. */
interface Open {
  /** Keys seen so far; undefined in an array. */
  readonly keys: Set<string> | undefined;
  /** As in the map that comes out; undefined where no item of a list can be. */
  readonly path: string | undefined;
  /** The key of an object's next value. */
  key: string;
  /** Of an array's next element. */
  index: number;
}

/** What YAML gives a meaning of its own, or JavaScript does. */
const SPECIAL_KEYS = new Set(["<<", "__proto__"]);

/** Nobody's objects are as deep; text that is must not be walked here. */
const DEEPEST = 200;

/** Where the string that begins at an offset ends: behind its closing quote. */
function stringEnd(text: string, start: number): number {
  let end = start;
  let backslashes: number;
  do {
    end = text.indexOf('"', end + 1);
    backslashes = 0;
    while (text[end - 1 - backslashes] === "\\") backslashes++;
  } while (backslashes % 2 === 1);
  return end + 1;
}

/** Walks a text of JSON and notes where the objects of its lists begin. */
class LineWalk {
  readonly lines = new Map<string, number>();
  readonly #text: string;
  readonly #open: Open[] = [];
  #line = 1;

  /** @param text that `JSON.parse` takes */
  constructor(text: string) {
    this.#text = text;
  }

  /** Whether the text means the same to YAML. */
  walk(): boolean {
    let at = 0;
    while (at < this.#text.length) {
      const next = this.#step(this.#text[at] as string, at);
      if (next === undefined) return false;
      at = next;
    }
    return true;
  }

  /** Gives the offset of what follows; undefined when the text is none for this walk. */
  #step(character: string, at: number): number | undefined {
    if (character === '"') return this.#string(at);
    if (character === "{" || character === "[") return this.#enter(character === "{") ? at + 1 : undefined;
    if (character === "}" || character === "]") this.#open.pop();
    else if (character === ",") this.#next();
    else if (character === "\n") this.#line++;
    return at + 1;
  }

  #string(at: number): number | undefined {
    const end = stringEnd(this.#text, at);
    const around = this.#open.at(-1);
    // An object without a key waits for one.
    if (around?.keys === undefined || around.key !== "") return end;
    const key = this.#text.slice(at + 1, end - 1);
    if (key === "" || key.includes("\\") || SPECIAL_KEYS.has(key) || around.keys.has(key)) return undefined;
    around.keys.add(key);
    around.key = key;
    return end;
  }

  #enter(isObject: boolean): boolean {
    const path = this.#pathOfNext(isObject);
    if (isObject && path !== undefined) this.lines.set(path, this.#line);
    this.#open.push({ keys: isObject ? new Set() : undefined, path, key: "", index: 0 });
    return this.#open.length <= DEEPEST;
  }

  #pathOfNext(isObject: boolean): string | undefined {
    const around = this.#open.at(-1);
    if (around === undefined) return isObject ? "" : undefined;
    if (around.path === undefined) return undefined;
    if (around.keys === undefined) return isObject ? `${around.path}${around.index}/` : undefined;
    return around.key === "items" && !isObject ? `${around.path}items/` : undefined;
  }

  #next(): void {
    const around = this.#open.at(-1);
    if (around === undefined) return;
    around.key = "";
    around.index++;
  }
}

/**
 * The lines, from 1, on which the text's object and the items of its lists begin: by their path, such as `items/3/`, and
 * empty for the whole.
 *
 * @param text that `JSON.parse` takes
 * @returns undefined when YAML may read the text differently, as when a key stands twice
 */
export function jsonLines(text: string): ReadonlyMap<string, number> | undefined {
  const walk = new LineWalk(text);
  return walk.walk() ? walk.lines : undefined;
}
