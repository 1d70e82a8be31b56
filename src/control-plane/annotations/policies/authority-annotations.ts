import { badValue, guardBadValue } from "../../problems/annotation-problems.ts";
import type { Parser, ServedAnnotation } from "../annotation.ts";
import { parseAuthorityUrl } from "../parse-authority-url.ts";
import { parseCacheDurations } from "../parse-cache-durations.ts";
import { parseRequestText, VARIABLE_HINT } from "../parse-request-text.ts";
import { served } from "../served.ts";
import { normalize, parseBoolean, parseList, parseOneOf, parseWholeNumber } from "../value-parsers.ts";

const authentication = served("External authentication", "location");

const CLOSED = { onBadValue: "the Routes answer 503", guards: true } as const;
const BOOLEAN_HINT = 'Write "true" or "false".';

export const AUTHORITY_URL_HINT =
  'Write a URL such as "https://auth.example.com/check" or "https://$host/oauth2/auth".';

export const AUTH_URL = authentication("high", {
  ...CLOSED,
  name: "auth-url",
  parser: parseAuthorityUrl,
  default: "none",
  doc: "A URL that is asked whether a request may pass: 2xx lets it, 401 and 403 do not.",
  badValue: guardBadValue("This is no URL that can be asked", AUTHORITY_URL_HINT),
  rejected: true,
  differs:
    "Its host is a name, an address or `$host`; `$host` is looked up by the controller, so no wildcard host may need it: the Routes answer 503 then.",
});

/** A URL or a path, as it stands in a header, with variables. */
const parseSignIn: Parser<string> = (text) => {
  const url = normalize(text);
  const good =
    /^(https?:\/\/|\$\{?(pass_access_)?scheme\}?:\/\/|\/)[\x21-\x7e]*$/.test(url) && parseRequestText(url).ok;
  return good ? { ok: true, value: url } : { ok: false };
};

export const AUTH_SIGNIN = authentication("high", {
  name: "auth-signin",
  parser: parseSignIn,
  default: "none: it gets 401",
  doc: "Where a client that the authority answers with 401 is sent, by 302.",
  onBadValue: "the client gets 401",
  badValue: badValue("This is no URL: clients get 401.", 'Write a URL such as "https://$host/oauth2/start".'),
});

export const AUTH_SIGNIN_REDIRECT_PARAM = authentication("low", {
  name: "auth-signin-redirect-param",
  parser: (text) => {
    const name = normalize(text);
    return /^[\w.~-]+$/.test(name) ? { ok: true, value: name } : { ok: false };
  },
  default: "`rd`",
  doc: "The parameter of that URL which holds the way back; it is added unless the URL has it.",
  onBadValue: "`rd`",
  badValue: badValue("This is no name of a parameter: it is rd.", "Write letters, digits and -._~."),
});

export const AUTH_METHOD = authentication("low", {
  ...CLOSED,
  name: "auth-method",
  parser: parseOneOf(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const),
  default: "`GET`",
  doc: "The method of the question, which never has a body.",
  badValue: guardBadValue("This is no method of a question", 'Write "GET".'),
});

/** What a request's connection, body and Route go by: no authority can have another one there. */
const OF_THE_REQUEST = /^(host|connection|content-length|transfer-encoding|upgrade|te|trailer|expect)$/i;

/** Names of headers with commas between them. */
const parseHeaderNames: Parser<readonly string[]> = (text) => {
  const names = parseList(text);
  const good = (name: string) => /^[\w-]+$/.test(name) && !OF_THE_REQUEST.test(name);
  return names.ok && names.value.every(good) ? names : { ok: false };
};

export const AUTH_RESPONSE_HEADERS = authentication("high", {
  ...CLOSED,
  name: "auth-response-headers",
  parser: parseHeaderNames,
  default: "none",
  doc: "Headers of the answer that endpoints get; never those that a client claims.",
  badValue: guardBadValue(
    "These are no names of headers that an authority can give",
    'Write names such as "X-User, X-Email".',
  ),
});

export const AUTH_PROXY_SET_HEADERS = authentication("low", {
  ...CLOSED,
  name: "auth-proxy-set-headers",
  parser: (text) => {
    const name = normalize(text);
    return /^([a-z0-9.-]+\/)?[a-z0-9.-]+$/.test(name) ? { ok: true, value: name } : { ok: false };
  },
  default: "none",
  doc: "A ConfigMap, in the namespace of the Ingress, of headers that the question carries.",
  badValue: guardBadValue("This is no name of a ConfigMap", "Write the name of a ConfigMap of the same namespace."),
});

export const AUTH_REQUEST_REDIRECT = authentication("low", {
  ...CLOSED,
  name: "auth-request-redirect",
  parser: parseRequestText,
  default: "`$request_uri`",
  doc: "What X-Auth-Request-Redirect says in the question.",
  badValue: guardBadValue("This is no text for a header", VARIABLE_HINT),
});

export const AUTH_CACHE_KEY = authentication("low", {
  name: "auth-cache-key",
  parser: parseRequestText,
  default: "none: each request is asked about",
  doc: "What answers are remembered by, besides Ingress, host and path, such as `$remote_user$http_authorization`.",
  onBadValue: "each request is asked about",
  badValue: badValue("Nothing can be remembered by this: each request is asked about.", VARIABLE_HINT),
  differs:
    "Answers with a cookie, with `Expires` or with `Cache-Control: private` are not remembered, and no failure is; X-Accel-Expires is not looked at.",
});

export const AUTH_CACHE_DURATION = authentication("low", {
  ...CLOSED,
  name: "auth-cache-duration",
  parser: parseCacheDurations,
  default: "`200 202 401 5m`",
  doc: "How long they are remembered, by status; the answer's own max-age comes first.",
  badValue: guardBadValue("These are no durations", 'Write "200 202 10m, 401 1m".'),
});

export const AUTH_ALWAYS_SET_COOKIE = authentication("low", {
  ...CLOSED,
  name: "auth-always-set-cookie",
  parser: parseBoolean,
  default: "`false`",
  doc: "Passes the authority's cookies to the client with errors too.",
  badValue: guardBadValue("This is no boolean", BOOLEAN_HINT),
});

const KEEPALIVE = {
  onBadValue: "it has no effect",
  differs:
    "It has no effect: connections to `http` authorities are kept whatever it says, where the answer has no body; those to `https` ones are not.",
} as const;

const KEEPALIVE_COUNT = {
  ...KEEPALIVE,
  parser: parseWholeNumber(0, 1_000_000_000),
  badValue: badValue("This is no number: it has no effect.", "Leave it out."),
} as const;

export const AUTH_KEEPALIVE = authentication("low", {
  ...KEEPALIVE_COUNT,
  name: "auth-keepalive",
  default: "`0`",
  doc: "Connections kept to the authority.",
});

export const AUTH_KEEPALIVE_REQUESTS = authentication("low", {
  ...KEEPALIVE_COUNT,
  name: "auth-keepalive-requests",
  default: "`1000`",
  doc: "Requests on one such connection.",
});

export const AUTH_KEEPALIVE_TIMEOUT = authentication("low", {
  ...KEEPALIVE_COUNT,
  name: "auth-keepalive-timeout",
  default: "`60`",
  doc: "Seconds that it is kept.",
});

export const AUTH_KEEPALIVE_SHARE_VARS = authentication("low", {
  ...KEEPALIVE,
  name: "auth-keepalive-share-vars",
  parser: parseBoolean,
  default: "`false`",
  doc: "Shares NGINX's variables with the question.",
  badValue: badValue("This is no boolean: it has no effect.", BOOLEAN_HINT),
});

export const ENABLE_GLOBAL_AUTH = authentication("low", {
  name: "enable-global-auth",
  parser: parseBoolean,
  default: "`true`",
  doc: "`false` leaves out the authority of the global settings (`global-auth-url`).",
  onBadValue: "`true`",
  badValue: badValue("This is no boolean: the global authority is asked.", BOOLEAN_HINT),
});

/** Those that have no effect. */
export const KEEPALIVE_ANNOTATIONS: readonly ServedAnnotation<unknown>[] = [
  AUTH_KEEPALIVE,
  AUTH_KEEPALIVE_REQUESTS,
  AUTH_KEEPALIVE_TIMEOUT,
  AUTH_KEEPALIVE_SHARE_VARS,
];

/** Those that say how the authority of an Ingress is asked. */
export const QUESTION_ANNOTATIONS: readonly ServedAnnotation<unknown>[] = [
  AUTH_SIGNIN,
  AUTH_SIGNIN_REDIRECT_PARAM,
  AUTH_METHOD,
  AUTH_RESPONSE_HEADERS,
  AUTH_PROXY_SET_HEADERS,
  AUTH_REQUEST_REDIRECT,
  AUTH_CACHE_KEY,
  AUTH_CACHE_DURATION,
  AUTH_ALWAYS_SET_COOKIE,
  ...KEEPALIVE_ANNOTATIONS,
];

export const AUTHORITY_ANNOTATIONS: readonly ServedAnnotation<unknown>[] = [
  AUTH_URL,
  ...QUESTION_ANNOTATIONS,
  ENABLE_GLOBAL_AUTH,
];
