/** A header ends with a line: these would begin another. */
const FIRST_IN_HEADER = 0x20;
/** A URL has no blanks either, and what is no ASCII is percent-encoded (RFC 3986 §2). */
const FIRST_IN_URL = 0x21;
const DELETE = 0x7f;

const HEX = "0123456789ABCDEF";

function percentEncoded(code: number): string {
  const low = code % 16;
  return `%${HEX.charAt((code - low) / 16)}${HEX.charAt(low)}`;
}

function escapeOthers(text: string, first: number, past: number): string {
  let safe = "";
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    safe = safe + (code < first || code === DELETE || code >= past ? percentEncoded(code) : text.charAt(i));
  }
  return safe;
}

function isSafe(text: string, first: number, past: number): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < first || code === DELETE || code >= past) return false;
  }
  return true;
}

/** Bytes that a client may have chosen, as a URL: what none can hold is percent-encoded. */
export function urlText(text: string): string {
  return isSafe(text, FIRST_IN_URL, 0x80) ? text : escapeOthers(text, FIRST_IN_URL, 0x80);
}

/** The same for the value of a header, which may hold blanks and bytes of any language. */
export function headerText(text: string): string {
  return isSafe(text, FIRST_IN_HEADER, 0x100) ? text : escapeOthers(text, FIRST_IN_HEADER, 0x100);
}
