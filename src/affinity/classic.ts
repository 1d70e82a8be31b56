/** The parts of a cookie value of ingress-nginx's: `key|backendKey`, or `key` alone before its version 1.0. */
export interface ClassicValue {
  readonly key: string;
  /** Empty where there is none. */
  readonly backendKey: string;
}

/** Splits at `|` and drops empty pieces; what follows the second piece is ignored (ingress-nginx, cookie value grammar). */
export function parseClassic(value: string): ClassicValue {
  let key = "";
  let from = 0;
  while (from < value.length) {
    const bar = value.indexOf("|", from);
    const end = bar < 0 ? value.length : bar;
    const piece = value.substring(from, end);
    if (piece !== "") {
      if (key !== "") return { key, backendKey: piece };
      key = piece;
    }
    from = end + 1;
  }
  return { key, backendKey: "" };
}

const HEX_DIGITS = 32;

/** A key of persistent mode: an MD5 in lower-case hex. */
export function isClassicPin(key: string): boolean {
  if (key.length !== HEX_DIGITS) return false;
  for (let i = 0; i < HEX_DIGITS; i++) {
    const code = key.charCodeAt(i);
    if (!((code >= 48 && code <= 57) || (code >= 97 && code <= 102))) return false;
  }
  return true;
}

/** A key of balanced mode, `seconds[.fraction].pid.random`: nothing but digits with two or three dots between them. */
export function isClassicRingKey(key: string): boolean {
  let dots = 0;
  let digits = 0;
  for (let i = 0; i < key.length; i++) {
    const code = key.charCodeAt(i);
    if (code === 46) {
      if (digits === 0) return false;
      dots++;
      digits = 0;
    } else {
      if (code < 48 || code > 57) return false;
      digits++;
    }
  }
  return digits > 0 && (dots === 2 || dots === 3) && key.length <= 64;
}

/** The value that ingress-nginx issues for a key. */
export function classicValue(key: string, backendKey: string): string {
  return `${key}|${backendKey}`;
}
