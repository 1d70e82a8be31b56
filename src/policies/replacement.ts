import type { Replacement } from "../snapshot/route-policies.ts";

/** A text whose beginning is written anew, as NGINX's `proxy_redirect` and `proxy_cookie_path` do; undefined: it stays. */
export function replacePrefix(text: string, replacement: Replacement | undefined): string | undefined {
  if (replacement === undefined || !text.startsWith(replacement.from)) return undefined;
  return replacement.to + text.substring(replacement.from.length);
}

/** A domain written anew, as NGINX's `proxy_cookie_domain` does: whole, in any case, a dot in front left there. */
export function replaceDomain(text: string, replacement: Replacement | undefined): string | undefined {
  if (replacement === undefined) return undefined;
  const dot = text.startsWith(".") ? "." : "";
  const bare = text.substring(dot.length).toLowerCase();
  return bare === replacement.from ? dot + replacement.to : undefined;
}
