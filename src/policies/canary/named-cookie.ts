const SPACE = 32;
const COMMA = 44;
const SEMICOLON = 59;
const EQUALS = 61;

function skipSpaces(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) === SPACE) at++;
  return at;
}

/** Behind the next `;` or `,`, and the spaces that follow. */
function nextPair(header: string, from: number): number {
  let at = from;
  while (at < header.length && header.charCodeAt(at) !== SEMICOLON && header.charCodeAt(at) !== COMMA) at++;
  return skipSpaces(header, at + 1);
}

/** The value that starts here: up to the next `;`, without spaces at its end. */
function valueAt(header: string, from: number): string {
  const semicolon = header.indexOf(";", from);
  let end = semicolon < 0 ? header.length : semicolon;
  while (end > from && header.charCodeAt(end - 1) === SPACE) end--;
  return header.substring(from, end);
}

/**
 * A cookie as NGINX's `$cookie_…` variables have it: the first of that name, in any case, in pairs that end at `;` or
 * `,`; undefined when there is none.
 */
export function namedCookie(header: string, name: string): string | undefined {
  const wanted = name.toLowerCase();
  let at = 0;
  while (at < header.length) {
    const end = at + wanted.length;
    if (header.substring(at, end).toLowerCase() === wanted) {
      const equals = skipSpaces(header, end);
      if (header.charCodeAt(equals) === EQUALS) return valueAt(header, skipSpaces(header, equals + 1));
    }
    at = nextPair(header, at);
  }
  return undefined;
}
