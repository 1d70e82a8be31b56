import { encode } from "../../snapshot/codec.ts";
import { toByteString } from "../publish/bytes.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
const ASCII = /^[\x00-\x7f]*$/;

function asBytes(value: unknown): unknown {
  if (typeof value === "string") return toByteString(value);
  if (Array.isArray(value)) return value.map(asBytes);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, asBytes(field)]));
}

/** Whether text and bytes are the same all through: so it is for nearly every entry, which then needs no copy. */
function isAscii(value: object): boolean {
  const json = JSON.stringify(value);
  // Half a surrogate pair is escaped in JSON, and no ASCII.
  return ASCII.test(json) && !json.includes("\\ud");
}

/** A value of the Snapshot's model, with text in it → the bytes of an entry, one character each. */
export function encodeEntry(value: object): string {
  return encode(isAscii(value) ? value : asBytes(value));
}
