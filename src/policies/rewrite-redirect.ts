import type { Replacement } from "../snapshot/route-policies.ts";
import { replacePrefix } from "./replacement.ts";

/** A Refresh header whose `url=` is written anew; undefined: it stays. */
export function rewriteRefresh(refresh: string, replacement: Replacement): string | undefined {
  const at = refresh.toLowerCase().indexOf("url=");
  if (at < 0) return undefined;
  const url = replacePrefix(refresh.substring(at + 4), replacement);
  return url === undefined ? undefined : refresh.substring(0, at + 4) + url;
}
