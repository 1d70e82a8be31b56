import { createHash } from "node:crypto";
import type {
  AuthorityMemory,
  AuthorityPolicy,
  QuestionHeader,
  RequestText,
  RoutePolicies,
  TextPart,
} from "../../../snapshot/route-policies.ts";
import { guardBadValue, noEffect } from "../../problems/annotation-problems.ts";
import { GLOBAL_AUTH_URL, globalAuthority, UNUSABLE } from "../../settings/authority-settings.ts";
import { urlRef } from "../../translate/url-backend.ts";
import type { ServedAnnotation } from "../annotation.ts";
import type { AnnotationContext } from "../annotation-context.ts";
import type { AuthorityUrl } from "../parse-authority-url.ts";
import type { CacheDurations } from "../parse-cache-durations.ts";
import { parseRequestText } from "../parse-request-text.ts";
import {
  AUTH_ALWAYS_SET_COOKIE,
  AUTH_CACHE_DURATION,
  AUTH_CACHE_KEY,
  AUTH_METHOD,
  AUTH_REQUEST_REDIRECT,
  AUTH_RESPONSE_HEADERS,
  AUTH_SIGNIN,
  AUTH_SIGNIN_REDIRECT_PARAM,
  AUTH_URL,
  ENABLE_GLOBAL_AUTH,
  KEEPALIVE_ANNOTATIONS,
  QUESTION_ANNOTATIONS,
} from "./authority-annotations.ts";
import { readQuestionHeaders } from "./question-headers.ts";

/** Gives what is said about the authority in one respect: by an annotation, or by the global settings. */
type Reader = <T>(annotation: ServedAnnotation<T>) => T | undefined;

const DURATIONS: CacheDurations = { 200: 300, 202: 300, 401: 300 };

function variable(source: TextPart["source"], name = ""): TextPart {
  return { source, name };
}

/** The URL where clients make themselves known, with the way back as its last argument. */
function readSignIn(read: Reader): RequestText | undefined {
  const url = read(AUTH_SIGNIN);
  const parameter = read(AUTH_SIGNIN_REDIRECT_PARAM) ?? "rd";
  const parsed = url === undefined ? undefined : parseRequestText(url);
  if (url === undefined || parsed === undefined || !parsed.ok) return undefined;
  const query = url.includes("?") ? url.substring(url.indexOf("?") + 1) : undefined;
  if (query?.split("&").some((argument) => argument.startsWith(`${parameter}=`))) return parsed.value;
  const joint = variable("text", `${query === undefined ? "?" : "&"}${parameter}=`);
  const host = variable("header", "host");
  const separator = variable("text", "://");
  return [...parsed.value, joint, variable("scheme"), separator, host, variable("escaped-request-uri")];
}

function readMemory(read: Reader): Omit<AuthorityMemory, "owner"> | undefined {
  const key = read(AUTH_CACHE_KEY);
  const seconds = read(AUTH_CACHE_DURATION) ?? DURATIONS;
  return key === undefined ? undefined : { key, seconds };
}

function makePolicy(
  context: AnnotationContext,
  { scheme, host, port, target }: AuthorityUrl,
  headers: readonly QuestionHeader[],
  read: Reader,
): AuthorityPolicy {
  const signIn = readSignIn(read);
  const memory = readMemory(read);
  const policy: AuthorityPolicy = {
    scheme,
    ...(host !== undefined && { host }),
    port,
    target,
    method: read(AUTH_METHOD) ?? "GET",
    ...(signIn && { signIn }),
    passed: read(AUTH_RESPONSE_HEADERS) ?? [],
    headers,
    wayBack: read(AUTH_REQUEST_REDIRECT) ?? [variable("request-uri")],
    alwaysSetCookie: read(AUTH_ALWAYS_SET_COOKIE) ?? false,
  };
  if (memory === undefined) return policy;
  const said = JSON.stringify([context.subject.object, policy, memory]);
  const owner = createHash("sha256").update(said).digest("base64url").substring(0, 22);
  return { ...policy, memory: { ...memory, owner } };
}

/** The same policies for one path of the Ingress: each remembers answers of its own, as in ingress-nginx. */
export function rememberingByPath(policies: RoutePolicies, path: string): RoutePolicies {
  const { authority } = policies;
  if (authority?.memory === undefined) return policies;
  const memory = { ...authority.memory, owner: `${authority.memory.owner} ${path}` };
  return { ...policies, authority: { ...authority, memory } };
}

/** Has the controller look up where questions go; a host that is known at a request alone cannot be. */
function leadToAuthority(context: AnnotationContext, { scheme, host, port }: AuthorityUrl): void {
  const hosts = new Set(host === undefined ? context.hosts : [host]);
  for (const name of hosts) {
    if (name === "" || name.startsWith("*")) {
      const wrong = "The authority is $host, and the Ingress serves hosts that are not known beforehand";
      context.close(AUTH_URL, guardBadValue(wrong, "Name the authority's own host."));
    } else {
      const ref = urlRef({ scheme, host: name.toLowerCase().replace(/^\[(.*)\]$/, "$1"), port });
      if (context.has(AUTH_URL)) context.leadTo(AUTH_URL, ref);
      else context.leadGlobally(GLOBAL_AUTH_URL, ref);
    }
  }
}

function readOwn(context: AnnotationContext): AuthorityPolicy | undefined {
  const url = context.read(AUTH_URL);
  const headers = readQuestionHeaders(context);
  for (const annotation of KEEPALIVE_ANNOTATIONS) context.read(annotation);
  if (url === undefined) return undefined;
  leadToAuthority(context, url);
  return makePolicy(context, url, headers, (annotation) => context.read(annotation));
}

/** Without `auth-url` the others say how to ask nobody; the global authority is asked as the global settings say. */
function reportAlone(context: AnnotationContext): void {
  const alone = noEffect("There is no auth-url that it could belong to.", "Take it out, or add auth-url.");
  for (const annotation of QUESTION_ANNOTATIONS) {
    if (context.read(annotation) !== undefined) context.report(annotation, alone);
  }
}

function readGlobal(context: AnnotationContext): AuthorityPolicy | undefined {
  reportAlone(context);
  const enabled = context.read(ENABLE_GLOBAL_AUTH) ?? true;
  const url = globalAuthority(context.global, AUTH_URL);
  if (!enabled || url === undefined) return undefined;
  const close = () => context.close(AUTH_URL, guardBadValue("The global authority cannot be asked", "Correct it."));
  const read: Reader = (annotation) => {
    const said = globalAuthority(context.global, annotation);
    if (said !== UNUSABLE) return said;
    close();
    return undefined;
  };
  if (url === UNUSABLE) {
    close();
    return undefined;
  }
  leadToAuthority(context, url);
  return makePolicy(context, url, [], read);
}

/** Who is asked whether a request may pass: the authority of the Ingress, or else that of the global settings. */
export function readAuthority(context: AnnotationContext): Partial<RoutePolicies> {
  const authority = context.has(AUTH_URL) ? readOwn(context) : readGlobal(context);
  return authority === undefined ? {} : { authority };
}
