import { isIP } from "node:net";
import type { ExplainedRequest } from "../explain/explanation.ts";

export type ExplainQuery =
  | { readonly ok: true; readonly request: ExplainedRequest; readonly seed: number | undefined }
  | { readonly ok: false; readonly error: string };

/** `NAME:VALUE`, with blanks around the value or not; undefined when it is no header. */
export function parseHeader(text: string): readonly [name: string, value: string] | undefined {
  const parts = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n]*?)[ \t]*$/.exec(text);
  return parts === null ? undefined : [parts[1] as string, parts[2] as string];
}

/** Reads `url`, `header` (repeated), `address` and `seed` of `/api/v1/explain`. */
export function readExplainQuery(query: URLSearchParams): ExplainQuery {
  const url = query.get("url");
  if (url === null || url === "")
    return { ok: false, error: "url is missing: /api/v1/explain?url=http://example.com/" };
  const headers: (readonly [string, string])[] = [];
  for (const text of query.getAll("header")) {
    const header = parseHeader(text);
    if (header === undefined) return { ok: false, error: "header is not NAME:VALUE" };
    headers.push(header);
  }
  const seed = query.get("seed");
  if (seed !== null && !/^\d{1,10}$/.test(seed)) return { ok: false, error: "seed is not a whole number" };
  const address = query.get("address");
  if (address !== null && isIP(address) === 0) return { ok: false, error: "address is no IP address" };
  const request = address === null ? { url, headers } : { url, headers, address };
  return { ok: true, request, seed: seed === null ? undefined : Number(seed) };
}
