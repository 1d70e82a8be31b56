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

/** A value of the Snapshot's model, with text in it → the bytes of an entry, one character each. */
export function encodeEntry(value: object): string {
  // Text and bytes are the same where all of it is ASCII: nearly everywhere, and then nothing needs a copy.
  const bytes = encode(value);
  return ASCII.test(bytes) ? bytes : encode(asBytes(value));
}
