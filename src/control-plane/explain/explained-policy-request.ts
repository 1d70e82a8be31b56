import type { PolicyRequest } from "../../policies/policy-request.ts";
import { toByteString } from "../publish/bytes.ts";
import type { ExplainedRequest } from "./explanation.ts";
import { hostOf, type ParsedUrl } from "./parse-url.ts";

/** All lines of a header as NGINX joins them; a byte string, undefined when there is none. */
export function headerOf(request: ExplainedRequest, name: string, joint: string): string | undefined {
  const lines = request.headers.filter(([given]) => given.toLowerCase() === name).map(([, value]) => value);
  return lines.length === 0 ? undefined : toByteString(lines.join(joint));
}

/** From whom an explained request comes when nobody says: an address for documentation (RFC 5737). */
const SOMEBODY = "192.0.2.1";

/** The text behind the first `name=` of a list; the case of the name does not count (NGINX: `$arg_…`, `$cookie_…`). */
function firstNamed(list: readonly string[], name: string): string | undefined {
  const needle = `${name}=`.toLowerCase();
  return list.find((pair) => pair.toLowerCase().startsWith(needle))?.substring(needle.length);
}

/**
 * A request that was described, as policies ask for it. It is a GET.
 *
 * @param path decoded and normalised
 */
export function explainedPolicyRequest(request: ExplainedRequest, url: ParsedUrl, path: string): PolicyRequest {
  return {
    host: hostOf(headerOf(request, "host", ",") ?? url.host),
    path,
    method: () => "GET",
    hostHeader: () => headerOf(request, "host", ",") ?? url.authority,
    requestUri: () => (url.query === undefined ? url.path : `${url.path}?${url.query}`),
    query: () => url.query,
    tls: () => url.tls,
    address: () => request.address ?? SOMEBODY,
    header: (name) => headerOf(request, name.replaceAll("_", "-"), ", "),
    argument: (name) => firstNamed(url.query?.split("&") ?? [], name),
    cookie: (name) => firstNamed(headerOf(request, "cookie", "; ")?.split(/[;,] */) ?? [], name),
  };
}
