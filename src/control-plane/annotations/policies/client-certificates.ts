import type { ClientAuthorities } from "../../../snapshot/certificate.ts";
import { CLIENT_VERIFICATIONS, type ClientCertificatePolicy } from "../../../snapshot/route-policies.ts";
import { readClientAuthorities } from "../../certificates/read-client-authorities.ts";
import { toJavaScript } from "../../patterns/to-javascript.ts";
import { badValue, guardBadValue, noEffect, objectMissing } from "../../problems/annotation-problems.ts";
import { toByteString } from "../../publish/bytes.ts";
import type { Parser, ServedAnnotation } from "../annotation.ts";
import type { AnnotationContext } from "../annotation-context.ts";
import { served } from "../served.ts";
import { normalize, parseBoolean, parseObjectName, parseOneOf, parseUrl, parseWholeNumber } from "../value-parsers.ts";

const certificates = served("Client certificates", "location");

const CLOSED = { onBadValue: "the Routes answer 503", guards: true, rejected: true } as const;

const NAME_HINT = "Write namespace/name of a Secret in the namespace of the Ingress.";

export const AUTH_TLS_SECRET = certificates("medium", {
  ...CLOSED,
  name: "auth-tls-secret",
  parser: parseObjectName,
  default: "none",
  doc: "The Secret whose `ca.crt` holds the authorities that clients of the hosts must have their certificates from, and `ca.crl`, if there, what these took back.",
  badValue: guardBadValue("This is no name of a Secret", NAME_HINT),
  differs: "a Secret of another namespace, and one that is missing, have the hosts answer 503; plain HTTP is no way in",
});

export const AUTH_TLS_VERIFY_CLIENT = certificates("medium", {
  name: "auth-tls-verify-client",
  parser: parseOneOf(CLIENT_VERIFICATIONS),
  default: "`on`",
  doc: "`on`: clients must show a good certificate; `optional`: a good one or none; `optional_no_ca`: that of any authority, or none; `off`: they are not asked.",
  onBadValue: "`on`",
  badValue: badValue("This is no way to verify: it is on.", 'Write "on", "off", "optional" or "optional_no_ca".'),
});

export const AUTH_TLS_VERIFY_DEPTH = certificates("low", {
  name: "auth-tls-verify-depth",
  parser: parseWholeNumber(1, 100),
  default: "`1`",
  doc: "How many authorities may stand between the certificate of a client and one that signed itself.",
  onBadValue: "`1`",
  badValue: badValue("This is no length of a chain: it is 1.", 'Write a whole number, such as "2".'),
});

export const AUTH_TLS_ERROR_PAGE = certificates("low", {
  name: "auth-tls-error-page",
  parser: parseUrl,
  default: "none: they get 400",
  doc: "Where clients without a good certificate are sent, by 302.",
  onBadValue: "400",
  badValue: badValue(
    "This is no URL: clients without a good certificate get 400.",
    "Write an absolute http or https URL.",
  ),
  rejected: true,
  differs: "a URL alone: a path is no page",
});

export const AUTH_TLS_PASS_CERTIFICATE = certificates("medium", {
  ...CLOSED,
  name: "auth-tls-pass-certificate-to-upstream",
  parser: parseBoolean,
  default: "`false`",
  doc: "Whether endpoints get the certificate, percent-encoded PEM, in `ssl-client-cert`.",
  badValue: guardBadValue("This is no boolean", 'Write "true" or "false".'),
});

/** What begins with `CN=` and is a regular expression, as it is searched for: from the beginning of a name. */
const parseCommonName: Parser<string> = (text) => {
  const pattern = normalize(text);
  if (!pattern.startsWith("CN=") || !toJavaScript(toByteString(pattern)).ok) return { ok: false };
  return { ok: true, value: `^(?:${pattern})` };
};

export const AUTH_TLS_MATCH_CN = certificates("low", {
  ...CLOSED,
  name: "auth-tls-match-cn",
  parser: parseCommonName,
  default: "none",
  doc: "`CN=` and a regular expression for the common name of the certificate; others get 403.",
  badValue: guardBadValue("This is no regular expression for a common name", 'Write such as "CN=(ann|bob)$".'),
  differs: "it is compared with common names alone, each from its beginning, and not with the whole subject",
});

export const CLIENT_CERTIFICATE_ANNOTATIONS: readonly ServedAnnotation<unknown>[] = [
  AUTH_TLS_SECRET,
  AUTH_TLS_VERIFY_CLIENT,
  AUTH_TLS_VERIFY_DEPTH,
  AUTH_TLS_ERROR_PAGE,
  AUTH_TLS_PASS_CERTIFICATE,
  AUTH_TLS_MATCH_CN,
];

/** What an Ingress asks of clients of its hosts; what hangs on the host is not in it yet. */
export interface ClientWish extends Omit<ClientCertificatePolicy, "context" | "authorities"> {
  readonly authorities: ClientAuthorities;
}

/** `closed`: it asks for something that cannot be honoured. */
export type ClientReading = ClientWish | "closed";

/** Without authorities nobody is asked for a certificate: what hangs on one is closed. */
function readAlone(context: AnnotationContext): ClientReading | undefined {
  const verify = context.read(AUTH_TLS_VERIFY_CLIENT);
  const guarding = [
    ...(context.has(AUTH_TLS_VERIFY_CLIENT) && verify !== "off" ? [AUTH_TLS_VERIFY_CLIENT] : []),
    ...(context.read(AUTH_TLS_PASS_CERTIFICATE) === true ? [AUTH_TLS_PASS_CERTIFICATE] : []),
    ...(context.read(AUTH_TLS_MATCH_CN) === undefined ? [] : [AUTH_TLS_MATCH_CN]),
  ];
  for (const annotation of guarding) {
    context.close(
      annotation,
      guardBadValue("There is no auth-tls-secret that says who vouches", "Add auth-tls-secret."),
    );
  }
  const alone = noEffect(
    "There is no auth-tls-secret that it could belong to.",
    "Take it out, or add auth-tls-secret.",
  );
  for (const annotation of [AUTH_TLS_VERIFY_DEPTH, AUTH_TLS_ERROR_PAGE]) context.report(annotation, alone);
  return context.closed && guarding.length > 0 ? "closed" : undefined;
}

function closeForSecret(context: AnnotationContext, what: string): undefined {
  const message = `${what}: the hosts are closed and answer 503.`;
  context.close(AUTH_TLS_SECRET, objectMissing(message, "Put the authorities, PEM, under ca.crt of a Secret."));
  return undefined;
}

function findAuthorities(context: AnnotationContext): ClientAuthorities | undefined {
  const named = context.read(AUTH_TLS_SECRET);
  if (named === undefined) return undefined;
  const name = named.includes("/") ? named : `${context.namespace}/${named}`;
  if (!name.startsWith(`${context.namespace}/`)) {
    context.close(AUTH_TLS_SECRET, guardBadValue("A Secret of another namespace is not used", NAME_HINT));
    return undefined;
  }
  const secret = context.objects.secret(name);
  if (secret === undefined) return closeForSecret(context, `There is no Secret ${name}`);
  const found = readClientAuthorities(secret);
  return found.ok ? found.value : closeForSecret(context, `The Secret cannot be used, ${found.why}`);
}

/** Annotations that are there and cannot be used. */
function hasUnusable(context: AnnotationContext, passed: boolean | undefined, commonName: string | undefined): boolean {
  return (
    (context.has(AUTH_TLS_PASS_CERTIFICATE) && passed === undefined) ||
    (context.has(AUTH_TLS_MATCH_CN) && commonName === undefined)
  );
}

/** The certificates that clients of an Ingress's hosts must show (ingress-nginx: `auth-tls-…`); undefined: none. */
export function readClientCertificates(context: AnnotationContext): ClientReading | undefined {
  if (!context.has(AUTH_TLS_SECRET)) return readAlone(context);
  const authorities = findAuthorities(context);
  const verify = context.read(AUTH_TLS_VERIFY_CLIENT) ?? "on";
  const depth = context.read(AUTH_TLS_VERIFY_DEPTH) ?? 1;
  const errorPage = context.read(AUTH_TLS_ERROR_PAGE);
  const passed = context.read(AUTH_TLS_PASS_CERTIFICATE);
  const commonName = context.read(AUTH_TLS_MATCH_CN);
  if (authorities === undefined || hasUnusable(context, passed, commonName)) return "closed";
  return {
    authorities,
    verify,
    depth,
    ...(errorPage === undefined ? {} : { errorPage }),
    ...(passed === true ? { passed } : {}),
    ...(commonName === undefined ? {} : { commonName }),
  };
}
