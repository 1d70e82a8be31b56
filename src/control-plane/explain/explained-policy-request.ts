import type { PolicyRequest } from "../../policies/policy-request.ts";
import { toByteString } from "../publish/bytes.ts";
import type { ExplainedRequest } from "./explanation.ts";
import type { ParsedUrl } from "./parse-url.ts";

/** All lines of a header as NGINX joins them; a byte string, undefined when there is none. */
export function headerOf(request: ExplainedRequest, name: string, joint: string): string | undefined {
  const lines = request.headers.filter(([given]) => given.toLowerCase() === name).map(([, value]) => value);
  return lines.length === 0 ? undefined : toByteString(lines.join(joint));
}

/** From whom an explained request comes when nobody says: an address for documentation (RFC 5737). */
const SOMEBODY = "192.0.2.1";

/**
 * A request that was described, as policies ask for it. It is a GET.
 *
 * @param path decoded and normalised
 */
export function explainedPolicyRequest(request: ExplainedRequest, url: ParsedUrl, path: string): PolicyRequest {
  return {
    path,
    method: () => "GET",
    hostHeader: () => headerOf(request, "host", ",") ?? url.authority,
    requestUri: () => (url.query === undefined ? url.path : `${url.path}?${url.query}`),
    query: () => url.query,
    tls: () => url.tls,
    port: () => url.port,
    address: () => SOMEBODY,
    header: (name) => headerOf(request, name.replaceAll("_", "-"), ", "),
  };
}
