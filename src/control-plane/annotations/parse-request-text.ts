import type { TextPart, TextSource } from "../../snapshot/route-policies.ts";
import type { Parser } from "./annotation.ts";
import { normalize } from "./value-parsers.ts";

/** NGINX's variables that a text may name: a closed list, each with what it says of a request. */
const SOURCES: Readonly<Record<string, TextSource>> = {
  request_uri: "request-uri",
  escaped_request_uri: "escaped-request-uri",
  uri: "path",
  document_uri: "path",
  args: "query",
  query_string: "query",
  host: "host",
  best_http_host: "host",
  remote_addr: "address",
  // In binary it is another text and another place on the ring, but the same clients share it.
  binary_remote_addr: "address",
  the_real_ip: "address",
  remote_user: "user",
  scheme: "scheme",
  pass_access_scheme: "scheme",
  request_method: "method",
  msec: "time",
  request_id: "request-id",
  req_id: "request-id",
};

/** The same for those whose end is a name that the user chooses. */
const NAMED_SOURCES: readonly (readonly [prefix: string, source: TextSource])[] = [
  ["http_", "header"],
  ["arg_", "argument"],
  ["cookie_", "cookie"],
];

/** The variables by name, for people; those that are synonyms or ingress-nginx's own left out. */
export const VARIABLES =
  "$request_uri, $escaped_request_uri, $uri, $args, $host, $remote_addr, $remote_user, $scheme, $request_method, $request_id, $msec, $http_NAME, $arg_NAME and $cookie_NAME";

export const VARIABLE_HINT = `Write a text with the variables ${VARIABLES}.`;

/** `$name`, `${name}`, or what stands between them; a lone `$` fits nothing. */
const PIECE = /\$(?:\{(\w+)\}|(\w+))|([^$]+)/gy;

function partOf(variable: string): TextPart | undefined {
  const source = Object.hasOwn(SOURCES, variable) ? SOURCES[variable] : undefined;
  if (source !== undefined) return { source, name: "" };
  for (const [prefix, named] of NAMED_SOURCES) {
    const name = variable.substring(prefix.length).toLowerCase();
    if (variable.startsWith(prefix) && name !== "") return { source: named, name };
  }
  return undefined;
}

/** A text with NGINX's variables in it: read here once, made anew for each request without a look at the text. */
export const parseRequestText: Parser<readonly TextPart[]> = (text) => {
  const whole = normalize(text);
  const parts: TextPart[] = [];
  let read = 0;
  for (const [piece, braced, bare, letters] of whole.matchAll(PIECE)) {
    const variable = braced ?? bare;
    const part = variable === undefined ? { source: "text" as const, name: letters as string } : partOf(variable);
    if (part === undefined) return { ok: false };
    parts.push(part);
    read += piece.length;
  }
  return read === whole.length && parts.length > 0 ? { ok: true, value: parts } : { ok: false };
};
