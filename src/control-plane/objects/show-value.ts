const LONGEST = 100;
const CONTROL = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

function asText(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  try {
    return JSON.stringify(value) ?? "";
  } catch {
    // Too deep, or a value that JSON does not have.
    return `(${typeof value})`;
  }
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** A value as a Problem shows it: at most 100 characters, control characters escaped; empty when there is none. */
export function showValue(value: unknown): string {
  const text = asText(value);
  const head = text.slice(0, LONGEST).replace(CONTROL, escaped);
  return text.length <= LONGEST && head.length <= LONGEST ? head : `${head.slice(0, LONGEST - 1)}…`;
}
