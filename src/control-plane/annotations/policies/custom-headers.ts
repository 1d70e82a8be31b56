import type { ResponsePolicy } from "../../../snapshot/route-policies.ts";
import type { ConfigMap } from "../../objects/model.ts";
import { guardBadValue, objectMissing } from "../../problems/annotation-problems.ts";
import { liveSetting } from "../../settings/global-settings.ts";
import { GLOBAL_ALLOWED_RESPONSE_HEADERS } from "../../settings/live-settings.ts";
import type { Parser } from "../annotation.ts";
import type { AnnotationContext } from "../annotation-context.ts";
import { HEADER_NAME, isFraming } from "../header-name.ts";
import { served } from "../served.ts";
import { normalize } from "../value-parsers.ts";

/** `name` or `namespace/name`, of a ConfigMap. */
const parseName: Parser<string> = (text) => {
  const name = normalize(text);
  return /^([a-z0-9-]+\/)?[a-z0-9][a-z0-9.-]*$/.test(name) ? { ok: true, value: name } : { ok: false };
};

export const CUSTOM_HEADERS = served("Headers and cookies", "location")("low", {
  name: "custom-headers",
  parser: parseName,
  default: "none",
  doc: "A ConfigMap of this namespace whose entries are headers of the endpoints' responses; the global setting `global-allowed-response-headers` says which ones may be.",
  onBadValue: "the Routes are closed",
  differs: "responses of endpoints have them, and answers of Limpet itself do not.",
  badValue: guardBadValue("This is no name of a ConfigMap", 'Write "namespace/name".'),
  guards: true,
});

/** What may stand in the value of a field (RFC 9110 §5.5). */
const VALUE = /^[\t\x20-\x7e\x80-\uffff]*$/;

function wrongHeader(name: string, value: string, allowed: readonly string[]): string | undefined {
  const lower = name.toLowerCase();
  if (!HEADER_NAME.test(name) || !VALUE.test(value) || isFraming(lower)) return `${name} cannot be set on a response`;
  if (allowed.some((it) => it.toLowerCase() === lower)) return undefined;
  return `The header ${name} is not among global-allowed-response-headers`;
}

function readHeaders(context: AnnotationContext, { data }: ConfigMap): ResponsePolicy {
  const allowed = liveSetting(context.global, GLOBAL_ALLOWED_RESPONSE_HEADERS);
  const headers = Object.entries(data).map(([name, value]) => [name, value.trim()] as const);
  for (const [name, value] of headers) {
    const wrong = wrongHeader(name, value, allowed);
    if (wrong === undefined) continue;
    const hint = "Add the header to global-allowed-response-headers, or take it out of the ConfigMap.";
    context.close(CUSTOM_HEADERS, guardBadValue(wrong, hint));
    return {};
  }
  return headers.length === 0 ? {} : { headers: headers.flat() };
}

/** Headers that responses get (ingress-nginx: section G, custom-headers); where they cannot be had, the Routes are closed. */
export function readCustomHeaders(context: AnnotationContext): ResponsePolicy {
  const text = context.read(CUSTOM_HEADERS);
  if (text === undefined) return {};
  const name = context.objectName(text);
  if (name === undefined) {
    const hint = "Put the ConfigMap into the namespace of the Ingress.";
    context.close(CUSTOM_HEADERS, guardBadValue("The ConfigMap is in another namespace", hint));
    return {};
  }
  const found = context.objects.configMap(name);
  if (found !== undefined) return readHeaders(context, found);
  const closed = `There is no ConfigMap ${name}: the Routes are closed and answer 503.`;
  context.close(CUSTOM_HEADERS, objectMissing(closed, "Create the ConfigMap, or take the annotation away."));
  return {};
}
