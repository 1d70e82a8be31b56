/** The name of the entry that serves every host that nobody declares. */
export const CATCH_ALL = "_";

const STAR = 42;

function isLabel(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const letter = (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
    if (!letter && !(code >= 48 && code <= 57) && code !== 45 && code !== 95) return false;
  }
  return text.length > 0;
}

/**
 * The declared wildcard host that would cover a host: `a.example.com` → `*.example.com`, exactly one label of word
 * characters and `-` (ingress-nginx: `^[\w-]+\.`); undefined for a host of one label.
 */
export function wildcardOf(host: string): string | undefined {
  const dot = host.indexOf(".");
  if (dot < 1 || !isLabel(host.substring(0, dot))) return undefined;
  return `*${host.substring(dot)}`;
}

/**
 * What serves a host: its own entry, the wildcard that covers it, the catch-all; undefined when there is none of them.
 * A host that is declared never falls back, whatever its paths.
 *
 * @param host lower case, without port and without a dot at its end
 * @param find gives the entry of a declared host
 */
export function matchHost<H>(host: string, find: (host: string) => H | undefined): H | undefined {
  // Nobody is called `*.example.com`: a client that says so must not reach the entry of that name.
  if (host.charCodeAt(0) === STAR) return find(CATCH_ALL);
  const own = find(host);
  if (own !== undefined) return own;
  const wildcard = wildcardOf(host);
  const covering = wildcard === undefined ? undefined : find(wildcard);
  return covering ?? find(CATCH_ALL);
}
