/** What NGINX makes of a path: `$uri`, or a 400 for paths that it refuses. */
export type NormalisedPath =
  | { readonly ok: true; readonly path: string }
  | { readonly ok: false; readonly why: string };

function refuse(why: string): NormalisedPath {
  return { ok: false, why };
}

/** Decodes `%XX` once; undefined when a `%` is not followed by two hex digits. */
function decodePercents(raw: string): string | undefined {
  if (/%(?![0-9a-fA-F]{2})/.test(raw)) return undefined;
  return raw.replace(/%(..)/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

/** Resolves `.` and `..` and drops empty segments; undefined when `..` leads above the root. */
function resolveSegments(segments: readonly string[]): string | undefined {
  const kept: string[] = [];
  for (const segment of segments) {
    if (segment === "..") {
      if (kept.pop() === undefined) return undefined;
    } else if (segment !== "" && segment !== ".") kept.push(segment);
  }
  const last = segments.at(-1);
  const open = last === "" || last === "." || last === "..";
  return open && kept.length > 0 ? `/${kept.join("/")}/` : `/${kept.join("/")}`;
}

/**
 * Turns the path of a request line into what Routes are matched against, as NGINX does: percent-decoded once, slashes
 * merged, dot segments resolved (decoded ones too). Takes and gives byte strings.
 *
 * @param raw the path as sent, without query and fragment; an absent one counts as `/`
 */
export function normalisePath(raw: string): NormalisedPath {
  const given = raw === "" ? "/" : raw;
  if (!given.startsWith("/")) return refuse("a path begins with /");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\x00-\x20\x7f]/.test(given)) return refuse("a path holds no blank and no control character");
  const decoded = decodePercents(given);
  if (decoded === undefined) return refuse("% is followed by two hex digits");
  if (decoded.includes("\0")) return refuse("a path holds no zero byte");
  const path = resolveSegments(decoded.substring(1).split("/"));
  return path === undefined ? refuse(".. leads above the root") : { ok: true, path };
}
