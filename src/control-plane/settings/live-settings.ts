import { parseBoolean, parseList, parseOneOf, parseWholeNumber } from "../annotations/value-parsers.ts";
import { type LiveSetting, live } from "./setting.ts";

const BOOLEAN_HINT = 'Write "true" or "false".';
const LIST_HINT = "Write the entries with commas between them.";
const STATUS_HINT = 'Write a status from "400" to "599".';

export const HSTS = live(
  "hsts",
  parseBoolean,
  true,
  "Whether responses over TLS carry Strict-Transport-Security.",
  BOOLEAN_HINT,
);

export const HSTS_MAX_AGE = live(
  "hsts-max-age",
  parseWholeNumber(0, 2 ** 40),
  31536000,
  "Its max-age, in seconds.",
  'Write seconds, such as "31536000" for a year.',
);

export const HSTS_INCLUDE_SUBDOMAINS = live(
  "hsts-include-subdomains",
  parseBoolean,
  true,
  "Whether it covers subdomains.",
  BOOLEAN_HINT,
);

export const HSTS_PRELOAD = live("hsts-preload", parseBoolean, false, "Whether it says `preload`.", BOOLEAN_HINT);

export const HTTP_REDIRECT_CODE = live(
  "http-redirect-code",
  parseOneOf(["301", "302", "307", "308"] as const),
  "308",
  "The status of redirects to HTTPS: 301, 302, 307 or 308.",
  'Write "301", "302", "307" or "308".',
);

export const NO_TLS_REDIRECT_LOCATIONS = live(
  "no-tls-redirect-locations",
  parseList,
  ["/.well-known/acme-challenge"],
  "Paths that are never redirected to HTTPS, nor what lies below them.",
  LIST_HINT,
);

export const LIMIT_REQ_STATUS_CODE = live(
  "limit-req-status-code",
  parseWholeNumber(400, 599),
  503,
  "The status for requests beyond a rate.",
  STATUS_HINT,
);

export const LIMIT_CONN_STATUS_CODE = live(
  "limit-conn-status-code",
  parseWholeNumber(400, 599),
  503,
  "The status for requests beyond a number of connections.",
  STATUS_HINT,
);

export const GLOBAL_ALLOWED_RESPONSE_HEADERS = live(
  "global-allowed-response-headers",
  parseList,
  [],
  "Response headers that `custom-headers` may set.",
  LIST_HINT,
);

export const STRICT_VALIDATE_PATH_TYPE = live(
  "strict-validate-path-type",
  parseBoolean,
  true,
  "Whether the admission webhook refuses Exact and Prefix paths of other characters than letters, digits and `/-._`.",
  BOOLEAN_HINT,
);

export const ANNOTATION_VALUE_WORD_BLOCKLIST = live(
  "annotation-value-word-blocklist",
  parseList,
  [],
  "Words for which the admission webhook refuses an Ingress when an annotation holds one.",
  LIST_HINT,
);

export const RETRY_NON_IDEMPOTENT = live(
  "retry-non-idempotent",
  parseBoolean,
  false,
  "Whether requests that change something (POST, LOCK, PATCH) are tried again as others are: `non_idempotent` is added to every `proxy-next-upstream`.",
  BOOLEAN_HINT,
);

export const ALLOW_CROSS_NAMESPACE_RESOURCES = live(
  "allow-cross-namespace-resources",
  parseBoolean,
  false,
  "Whether annotations may name Secrets and ConfigMaps of other namespaces.",
  BOOLEAN_HINT,
);

export const LIVE_SETTINGS: readonly LiveSetting<unknown>[] = [
  HSTS,
  HSTS_MAX_AGE,
  HSTS_INCLUDE_SUBDOMAINS,
  HSTS_PRELOAD,
  HTTP_REDIRECT_CODE,
  NO_TLS_REDIRECT_LOCATIONS,
  LIMIT_REQ_STATUS_CODE,
  LIMIT_CONN_STATUS_CODE,
  GLOBAL_ALLOWED_RESPONSE_HEADERS,
  STRICT_VALIDATE_PATH_TYPE,
  RETRY_NON_IDEMPOTENT,
  ALLOW_CROSS_NAMESPACE_RESOURCES,
  ANNOTATION_VALUE_WORD_BLOCKLIST,
];
