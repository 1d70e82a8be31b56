import type { QuestionHeader } from "../../../snapshot/route-policies.ts";
import { guardBadValue, objectMissing } from "../../problems/annotation-problems.ts";
import type { AnnotationContext } from "../annotation-context.ts";
import { parseRequestText, VARIABLE_HINT } from "../parse-request-text.ts";
import { AUTH_PROXY_SET_HEADERS } from "./authority-annotations.ts";

/** What a question says of the client and of itself; nobody else does. */
const OURS = new Set([
  "host",
  "connection",
  "content-length",
  "transfer-encoding",
  "upgrade",
  "x-request-id",
  "x-real-ip",
  "x-forwarded-for",
  "x-original-url",
  "x-original-uri",
  "x-original-method",
  "x-scheme",
  "x-sent-from",
  "x-auth-request-redirect",
]);

/** Undefined for what is no header that a question could carry. */
function readHeader(name: string, text: string): QuestionHeader | undefined {
  if (!/^[\w-]+$/.test(name) || OURS.has(name.toLowerCase()) || /\p{Cc}/u.test(text)) return undefined;
  const value = parseRequestText(text);
  return value.ok ? { name, value: value.value } : undefined;
}

/** The headers of `auth-proxy-set-headers`; where they cannot be had the Routes are closed. */
export function readQuestionHeaders(context: AnnotationContext): readonly QuestionHeader[] {
  const name = context.read(AUTH_PROXY_SET_HEADERS);
  if (name === undefined) return [];
  const full = context.objectName(name);
  if (full === undefined) {
    const hint = "Write the name of a ConfigMap of the same namespace.";
    context.close(AUTH_PROXY_SET_HEADERS, guardBadValue("A ConfigMap of another namespace is not used", hint));
    return [];
  }
  const map = context.objects.configMap(full);
  if (map === undefined) {
    const message = `There is no ConfigMap ${full}: the question cannot be asked, and the Routes answer 503.`;
    context.close(AUTH_PROXY_SET_HEADERS, objectMissing(message, "Create it, or correct the name."));
    return [];
  }
  return Object.entries(map.data).flatMap(([header, text]) => {
    if (text.trim() === "") return [];
    const read = readHeader(header, text.trim());
    if (read === undefined) {
      const wrong = `${full} has an entry ${header} that no question can carry`;
      context.close(AUTH_PROXY_SET_HEADERS, guardBadValue(wrong, `Take it out, or correct it. ${VARIABLE_HINT}`));
    }
    return read ?? [];
  });
}
