/**
 * Reading one cookie out of a Cookie header (RFC 6265 §4.2, with a server's tolerance): pairs end at `;`, a value also
 * ends at a blank, a cookie without a value or an empty pair harms nobody else. Byte strings; names are case-sensitive.
 * Header lines that the client repeated arrive joined with `; `.
 */

const TAB = 9;
const SPACE = 32;
const SEMICOLON = 59;

function endsPair(code: number): boolean {
  return code === SEMICOLON || code === SPACE || code === TAB;
}

/** Look-alikes that are passed over one call each; more than any header has that was not made for it. */
const LOOK_ALIKES = 16;

/** Goes on for headers full of look-alikes. A loop, since Node keeps a frame for every call. */
function searchOn(header: string, needle: string, from: number): number {
  let at = header.indexOf(needle, from);
  while (at > 0 && !endsPair(header.charCodeAt(at - 1))) at = header.indexOf(needle, at + 1);
  return at < 0 ? -1 : at + needle.length;
}

function search(header: string, needle: string, from: number, left: number): number {
  const at = header.indexOf(needle, from);
  if (at < 0) return -1;
  if (at === 0 || endsPair(header.charCodeAt(at - 1))) return at + needle.length;
  // The needle stood inside another cookie's name or value. Recursion, as a loop would keep callers from compiling.
  return left > 0 ? search(header, needle, at + 1, left - 1) : searchOn(header, needle, at + 1);
}

/**
 * Where the next value of a cookie starts, at or behind `from`; -1 when there is none.
 *
 * @param needle the cookie's name and `=`
 */
export function findCookie(header: string, needle: string, from: number): number {
  return search(header, needle, from, LOOK_ALIKES);
}

/** The text from a value's start to the end of its pair, blanks and all: enough to look an own value up. */
export function rawValue(header: string, start: number): string {
  const end = header.indexOf(";", start);
  return end < 0 ? header.substring(start) : header.substring(start, end);
}

/** The value itself: up to the first blank, without the quotes that RFC 6265 allows around it. */
export function cleanValue(raw: string): string {
  let end = 0;
  while (end < raw.length && !endsPair(raw.charCodeAt(end))) end++;
  const value = raw.substring(0, end);
  const quoted = end >= 2 && value.substring(0, 1) === '"' && value.substring(end - 1) === '"';
  return quoted ? value.substring(1, end - 1) : value;
}
