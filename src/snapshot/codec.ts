/**
 * The text form of plain data, on the control channel and in the state folder. Every value says its type and length
 * first, so that a reader never searches and a byte of a user can never end a field:
 *
 *     s5:hello   a string of 5 bytes        n172800;   a number       t f   true, false
 *     [2:…       a list of 2 values         {1:4:name…  a record of 1 field, each a name and a value
 *
 * Strings are byte strings: in Node one character a byte (see control-plane/publish/bytes.ts), in Lua just strings.
 */
import { emptyRecord } from "./empty-record.ts";

export type Plain = string | number | boolean | readonly Plain[] | { readonly [field: string]: Plain };

/** Encodes a value; fields that are undefined are left out. */
export function encode(value: unknown): string {
  if (typeof value === "string") return `s${value.length}:${value}`;
  if (typeof value === "number") return `n${value};`;
  if (typeof value === "boolean") return value ? "t" : "f";
  if (Array.isArray(value)) return `[${value.length}:${value.map((item) => encode(item)).join("")}`;
  const fields = Object.entries(value as object).filter(([, field]) => field !== undefined);
  return `{${fields.length}:${fields.map(([name, field]) => `${name.length}:${name}${encode(field)}`).join("")}`;
}

/** Levels of lists and records that are read: far more than a Snapshot has, far less than either runtime's stack. */
const MOST_LEVELS = 64;

// The reader's place: module state instead of a cursor object, which LuaJIT would have to allocate for each entry.
let text = "";
let at = 0;
let level = 0;
let failure = "";

function fail(what: string): number {
  if (failure === "") failure = `${what} at byte ${at}`;
  at = text.length;
  return 0;
}

const ZERO = 48;
const NINE = 57;
const COLON = 58;

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}

/**
 * Reads a length and the colon behind it. Nearly all have one digit or two and are read without making a string of them: in Lua a
 * sixth of what checking a whole Snapshot costs.
 */
function readCount(): number {
  const first = text.charCodeAt(at);
  const second = text.charCodeAt(at + 1);
  if (isDigit(first) && second === COLON) return takeCount(first - ZERO, at + 1);
  if (!isDigit(first) || !isDigit(second) || text.charCodeAt(at + 2) !== COLON) return readLongCount();
  return takeCount(10 * (first - ZERO) + second - ZERO, at + 2);
}

function takeCount(count: number, colon: number): number {
  if (count > text.length - colon) return fail("bad length");
  at = colon + 1;
  return count;
}

function readLongCount(): number {
  const colon = text.indexOf(":", at);
  const digits = colon < at || colon > at + 9 ? "" : text.substring(at, colon);
  const count = digits === "" ? -1 : Number(digits);
  // Every item takes at least one byte, so a count beyond the rest of the text is a lie, and no loop may follow it.
  if (!(count >= 0 && count <= text.length - colon && count % 1 === 0)) return fail("bad length");
  at = colon + 1;
  return count;
}

function readBytes(): string {
  const length = readCount();
  const start = at;
  if (start + length > text.length) {
    fail("text ends inside a string");
    return "";
  }
  at = start + length;
  return text.substring(start, at);
}

/** Characters of the longest number that JavaScript writes: `-0.0000012345678901234567`. */
const LONGEST_NUMBER = 25;

function readNumber(): number {
  const end = text.indexOf(";", at);
  const digits = end < at || end > at + LONGEST_NUMBER ? "" : text.substring(at, end);
  const number = digits === "" ? 0 / 0 : Number(digits);
  // NaN is the one value that differs from itself, in both languages.
  if (number - number !== 0) return fail("bad number");
  at = end + 1;
  return number;
}

function readList(): Plain[] {
  const count = readCount();
  const list: Plain[] = [];
  for (let i = 0; i < count && failure === ""; i++) list.push(readValue());
  return list;
}

function readRecord(): Record<string, Plain> {
  const count = readCount();
  const record = emptyRecord<Plain>();
  for (let i = 0; i < count && failure === ""; i++) {
    const name = readBytes();
    record[name] = readValue();
  }
  return record;
}

function readNested(tag: string): Plain {
  if (level === MOST_LEVELS) return fail("nested too deep");
  level++;
  const value = tag === "{" ? readRecord() : readList();
  level--;
  return value;
}

function readValue(): Plain {
  const tag = text.charAt(at);
  at = at + 1;
  if (tag === "s") return readBytes();
  if (tag === "n") return readNumber();
  if (tag === "{" || tag === "[") return readNested(tag);
  if (tag === "t") return true;
  if (tag === "f") return false;
  return fail(tag === "" ? "text ends early" : "unknown tag");
}

export type Decoded<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string };

/**
 * Decodes what `encode` wrote. Text from elsewhere comes back as `{ ok: false, error }` with the place in bytes; it
 * never throws and never reads past its end.
 */
export function decode(encoded: string): Decoded<Plain> {
  text = encoded;
  at = 0;
  level = 0;
  failure = "";
  const value = readValue();
  if (failure === "" && at !== text.length) fail("text goes on after the value");
  text = "";
  if (failure !== "") return { ok: false, error: failure };
  return { ok: true, value };
}
