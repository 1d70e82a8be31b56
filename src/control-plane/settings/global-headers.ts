import type { GlobalPolicies, HeaderText } from "../../snapshot/global-policies.ts";
import type { RequestText } from "../../snapshot/route-policies.ts";
import type { Parser } from "../annotations/annotation.ts";
import { HEADER_NAME, isFraming } from "../annotations/header-name.ts";
import { parseRequestText, VARIABLE_HINT, VARIABLES } from "../annotations/parse-request-text.ts";
import { normalize, parseBoolean, parseList } from "../annotations/value-parsers.ts";
import { settingBadEntry, settingObjectMissing } from "../problems/settings-problems.ts";
import { liveSetting } from "./global-settings.ts";
import { type LiveSetting, live } from "./setting.ts";
import type { SettingsContext } from "./settings-context.ts";

/** `namespace/name` of a ConfigMap; undefined: none. */
const parseConfigMap: Parser<string | undefined> = (text) => {
  const name = normalize(text);
  return /^[a-z0-9][a-z0-9-]*\/[a-z0-9][a-z0-9.-]*$/.test(name) ? { ok: true, value: name } : { ok: false };
};

const CONFIG_MAP_HINT = 'Write "namespace/name" of a ConfigMap.';

export const ADD_HEADERS = live<string | undefined>(
  "add-headers",
  parseConfigMap,
  undefined,
  "A ConfigMap whose entries are headers of every response.",
  CONFIG_MAP_HINT,
  `of NGINX's variables a value may name those of a closed list (\`${VARIABLES}\`); Strict-Transport-Security is told by \`hsts\`.`,
);

export const PROXY_SET_HEADERS = live<string | undefined>(
  "proxy-set-headers",
  parseConfigMap,
  undefined,
  "A ConfigMap whose entries are headers of every request to endpoints; an empty one takes a header of the client's away.",
  CONFIG_MAP_HINT,
  "the same variables; Host and the X-Forwarded headers stay Limpet's own.",
);

export const HIDE_HEADERS = live(
  "hide-headers",
  parseList,
  [],
  "Headers of endpoints' responses that no client gets.",
  "Write names of headers with commas between them.",
);

export const PROXY_ADD_ORIGINAL_URI_HEADER = live(
  "proxy-add-original-uri-header",
  parseBoolean,
  false,
  "Whether endpoints get the path and query of the client in X-Original-Uri.",
  'Write "true" or "false".',
);

export const HEADER_SETTINGS: readonly LiveSetting<unknown>[] = [
  ADD_HEADERS,
  PROXY_SET_HEADERS,
  HIDE_HEADERS,
  PROXY_ADD_ORIGINAL_URI_HEADER,
];

/** What endpoints are told of the client by Limpet alone (ingress-nginx: headers to the upstream). */
const OURS_IN_REQUESTS: Readonly<Record<string, string>> = {
  host: "The annotation upstream-vhost says what Host endpoints see.",
  proxy: "No endpoint gets this header.",
  "x-request-id": "Every request has an id already.",
  "x-real-ip": "Limpet tells endpoints who the client is.",
  "x-forwarded-for": "Limpet tells endpoints who the client is.",
  "x-forwarded-host": "Limpet tells endpoints who the client is.",
  "x-forwarded-port": "Limpet tells endpoints who the client is.",
  "x-forwarded-proto": "Limpet tells endpoints who the client is.",
  "x-forwarded-scheme": "Limpet tells endpoints who the client is.",
  "x-scheme": "Limpet tells endpoints who the client is.",
  "x-original-forwarded-for": "Limpet tells endpoints who the client is.",
  "x-original-forwarded-host": "Limpet tells endpoints who the client is.",
};

const OURS_IN_RESPONSES: Readonly<Record<string, string>> = {
  "strict-transport-security": "The settings hsts, hsts-max-age and so on say it.",
};

/** An empty value is a text without parts. */
function readValue(text: string): RequestText | undefined {
  if (/\p{Cc}/u.test(text)) return undefined;
  if (text === "") return [];
  const value = parseRequestText(text);
  return value.ok ? value.value : undefined;
}

/** The entries of a ConfigMap as headers, less those that cannot be had. @param ours names, and what to do instead */
function readHeaders(
  { subject, global, objects, report }: SettingsContext,
  setting: LiveSetting<string | undefined>,
  ours: Readonly<Record<string, string>>,
): readonly HeaderText[] {
  const name = liveSetting(global, setting);
  if (name === undefined) return [];
  const map = objects.configMap(name);
  if (map === undefined) {
    report(settingObjectMissing(subject, setting.key, name));
    return [];
  }
  const object = { object: `ConfigMap ${name}` };
  return Object.entries(map.data).flatMap(([header, given]) => {
    const bad = (wrong: string, hint: string) => {
      report(settingBadEntry(object, header, given, wrong, hint));
      return [];
    };
    const lower = header.toLowerCase();
    if (!HEADER_NAME.test(header)) return bad("This is no name of a header", "Correct the name.");
    if (isFraming(lower)) return bad("NGINX alone says this", "Take it out.");
    if (Object.hasOwn(ours, lower)) return bad("Limpet alone says this", ours[lower] as string);
    const value = readValue(given.trim());
    return value === undefined ? bad("This value cannot be used", VARIABLE_HINT) : { name: header, value };
  });
}

function readHidden({ subject, global, report }: SettingsContext): readonly string[] {
  return liveSetting(global, HIDE_HEADERS).filter((header) => {
    if (HEADER_NAME.test(header) && !isFraming(header.toLowerCase())) return true;
    const hint = "Write names of headers that endpoints send, such as X-Powered-By.";
    report(settingBadEntry(subject, HIDE_HEADERS.key, header, "This header cannot be hidden", hint));
    return false;
  });
}

const ORIGINAL_URI: HeaderText = { name: "X-Original-Uri", value: [{ source: "request-uri", name: "" }] };

/** What the settings do to the headers of all requests and responses. */
export function readGlobalHeaders(context: SettingsContext): Omit<GlobalPolicies, "blocked"> {
  const original = liveSetting(context.global, PROXY_ADD_ORIGINAL_URI_HEADER) ? [ORIGINAL_URI] : [];
  const requestHeaders = [...original, ...readHeaders(context, PROXY_SET_HEADERS, OURS_IN_REQUESTS)];
  const responseHeaders = readHeaders(context, ADD_HEADERS, OURS_IN_RESPONSES);
  const hiddenHeaders = readHidden(context);
  return {
    ...(requestHeaders.length > 0 && { requestHeaders }),
    ...(responseHeaders.length > 0 && { responseHeaders }),
    ...(hiddenHeaders.length > 0 && { hiddenHeaders }),
  };
}
