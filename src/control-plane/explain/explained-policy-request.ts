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

/** As NGINX escapes a component of a URI. @param bytes one character each */
function escapeComponent(bytes: string): string {
  return bytes.replace(
    /[^A-Za-z0-9._~-]/g,
    (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}

/** The user name of a Basic scheme (RFC 7617 §2). */
function userOf(authorization: string | undefined): string | undefined {
  const [, encoded] = /^basic +([A-Za-z0-9+/=]+)$/i.exec(authorization ?? "") ?? [];
  return encoded === undefined ? undefined : Buffer.from(encoded, "base64").toString("latin1").replace(/:.*$/s, "");
}

/**
 * A request that was described, as policies ask for it. It is a GET.
 *
 * @param path decoded and normalised
 */
export function explainedPolicyRequest(request: ExplainedRequest, url: ParsedUrl, path: string): PolicyRequest {
  const requestUri = url.query === undefined ? url.path : `${url.path}?${url.query}`;
  return {
    host: hostOf(headerOf(request, "host", ",") ?? url.host),
    path,
    method: () => "GET",
    hostHeader: () => headerOf(request, "host", ",") ?? url.authority,
    requestUri: () => requestUri,
    escapedRequestUri: () => escapeComponent(requestUri),
    query: () => url.query,
    tls: () => url.tls,
    port: () => url.port,
    time: () => (Date.now() / 1000).toFixed(3),
    // NGINX makes one for whoever brings none.
    requestId: () => headerOf(request, "x-request-id", ", ") ?? "",
    address: () => request.address ?? SOMEBODY,
    user: () => userOf(headerOf(request, "authorization", ", ")),
    header: (name) => headerOf(request, name.replaceAll("_", "-"), ", "),
    argument: (name) => firstNamed(url.query?.split("&") ?? [], name),
    cookie: (name) => firstNamed(headerOf(request, "cookie", "; ")?.split(/[;,] */) ?? [], name),
  };
}
