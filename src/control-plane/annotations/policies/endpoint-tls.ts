import { createPrivateKey, X509Certificate } from "node:crypto";
import type { EndpointTlsPolicy } from "../../../snapshot/route-policies.ts";
import type { Secret } from "../../objects/model.ts";
import { approximated, badValue, guardBadValue, noEffect, objectMissing } from "../../problems/annotation-problems.ts";
import type { Parser, ServedAnnotation } from "../annotation.ts";
import type { AnnotationContext } from "../annotation-context.ts";
import { served } from "../served.ts";
import {
  normalize,
  parseDnsName,
  parseObjectName,
  parseSwitch,
  parseWholeNumber,
  parseWords,
} from "../value-parsers.ts";

const parseAnyText: Parser<string> = (text) => ({ ok: true, value: normalize(text) });

const tls = served("TLS towards endpoints", "ingress");

export const PROXY_SSL_SECRET = tls("medium", {
  name: "proxy-ssl-secret",
  // What names no Secret closes the Routes as a missing one does, but only where endpoints speak TLS at all.
  parser: parseAnyText,
  default: "none",
  doc: "A Secret of the Ingress's namespace whose `tls.crt` and `tls.key` endpoints are shown.",
  onBadValue: "the Routes answer 503",
  badValue: guardBadValue("This names no Secret", "Write namespace/name."),
});

export const PROXY_SSL_VERIFY = tls("medium", {
  name: "proxy-ssl-verify",
  parser: parseSwitch,
  default: "`off`",
  doc: "Whether endpoints must show a valid certificate. `on` cannot be honoured: the Routes answer 503.",
  onBadValue: "the Routes answer 503",
  guards: true,
  badValue: guardBadValue("This is neither on nor off", 'Write "on" or "off".'),
});

export const PROXY_SSL_VERIFY_DEPTH = tls("low", {
  name: "proxy-ssl-verify-depth",
  parser: parseWholeNumber(0, 100),
  default: "`1`",
  doc: "How long the chain of an endpoint's certificate may be; of no effect without `proxy-ssl-verify`.",
  onBadValue: "`1`",
  badValue: badValue("This is no number: it is 1.", 'Write a whole number, such as "2".'),
});

export const PROXY_SSL_NAME = tls("low", {
  name: "proxy-ssl-name",
  parser: parseDnsName,
  default: "the host of the request",
  doc: "The server name that endpoints are told.",
  onBadValue: "the host of the request",
  badValue: badValue("This is no DNS name: it is the host of the request.", "Write a DNS name."),
});

export const PROXY_SSL_SERVER_NAME = tls("medium", {
  name: "proxy-ssl-server-name",
  parser: parseSwitch,
  default: "`off`",
  doc: "Whether endpoints are told a server name in the TLS handshake (SNI).",
  onBadValue: "`off`",
  badValue: badValue("This is neither on nor off: it is off.", 'Write "on" or "off".'),
});

export const PROXY_SSL_CIPHERS = tls("low", {
  name: "proxy-ssl-ciphers",
  parser: parseAnyText,
  default: "`DEFAULT`",
  doc: "Ciphers towards endpoints: OpenSSL's `DEFAULT`, whatever is written.",
  onBadValue: "`DEFAULT`",
  badValue: badValue("This is no list of ciphers: it is DEFAULT.", 'Write "DEFAULT".'),
});

export const PROXY_SSL_PROTOCOLS = tls("low", {
  name: "proxy-ssl-protocols",
  parser: parseWords(["SSLv2", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]),
  default: "`TLSv1.2 TLSv1.3`",
  doc: "TLS versions towards endpoints: `TLSv1.2 TLSv1.3`, whatever is written.",
  onBadValue: "`TLSv1.2 TLSv1.3`",
  badValue: badValue("This names no versions of TLS: it is TLSv1.2 TLSv1.3.", 'Write "TLSv1.2 TLSv1.3".'),
});

export const ENDPOINT_TLS_ANNOTATIONS: readonly ServedAnnotation<unknown>[] = [
  PROXY_SSL_SECRET,
  PROXY_SSL_VERIFY,
  PROXY_SSL_VERIFY_DEPTH,
  PROXY_SSL_NAME,
  PROXY_SSL_SERVER_NAME,
  PROXY_SSL_CIPHERS,
  PROXY_SSL_PROTOCOLS,
];

/** A client certificate and its key, PEM. */
type Identity = Required<Pick<EndpointTlsPolicy, "certificate" | "key">>;

function textOf(secret: Secret, entry: string): string | undefined {
  const bytes = secret.data[entry];
  return bytes === undefined ? undefined : Buffer.from(bytes).toString("latin1");
}

/** What is wrong with a certificate and its key; undefined: they belong together. */
function faultOf(certificate: string, key: string): string | undefined {
  try {
    if (new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))) return undefined;
    return "its tls.key is not the key of its tls.crt";
  } catch {
    return "its tls.crt and tls.key are no certificate and key in PEM";
  }
}

function closeForSecret(context: AnnotationContext, what: string): undefined {
  const message = `${what}: the Routes are closed and answer 503.`;
  const hint = "Make a Secret of type kubernetes.io/tls in the namespace of the Ingress.";
  context.close(PROXY_SSL_SECRET, objectMissing(message, hint));
  return undefined;
}

/** The client certificate of an Ingress; a Secret that holds authorities alone has none. */
function readIdentity(context: AnnotationContext): Identity | undefined {
  const named = context.read(PROXY_SSL_SECRET);
  if (named === undefined) return undefined;
  if (!parseObjectName(named).ok) return closeForSecret(context, "This names no Secret");
  const name = context.objectName(named);
  if (name === undefined) return closeForSecret(context, "This is a Secret of another namespace");
  const secret = context.objects.secret(name);
  if (secret === undefined) return closeForSecret(context, "This Secret is missing");
  const certificate = textOf(secret, "tls.crt");
  const key = textOf(secret, "tls.key");
  if (certificate === undefined && key === undefined && secret.data["ca.crt"] !== undefined) return undefined;
  const fault = faultOf(certificate ?? "", key ?? "");
  if (fault !== undefined) return closeForSecret(context, `This Secret cannot be used, ${fault}`);
  return { certificate: certificate as string, key: key as string };
}

function reportNearly(context: AnnotationContext, annotation: ServedAnnotation<unknown>, message: string): void {
  context.report(annotation, (subject, field, value) =>
    approximated(subject, field, value, message, "Take it out: all Ingresses have the same."),
  );
}

function readVersionsAndCiphers(context: AnnotationContext): void {
  const ciphers = context.read(PROXY_SSL_CIPHERS) ?? "DEFAULT";
  if (ciphers !== "DEFAULT") reportNearly(context, PROXY_SSL_CIPHERS, "Ciphers are OpenSSL's DEFAULT.");
  const versions = [...(context.read(PROXY_SSL_PROTOCOLS) ?? [])].sort().join(" ");
  if (versions !== "" && versions !== "TLSv1.2 TLSv1.3") {
    reportNearly(context, PROXY_SSL_PROTOCOLS, "TLS 1.2 and 1.3 are spoken.");
  }
}

function reportWithoutTls(context: AnnotationContext): undefined {
  for (const annotation of ENDPOINT_TLS_ANNOTATIONS) {
    context.report(
      annotation,
      noEffect(
        "Endpoints of this Ingress do not speak TLS.",
        'Set backend-protocol to "HTTPS" or "GRPCS", or take it out.',
      ),
    );
  }
  return undefined;
}

/**
 * What endpoints are shown in a TLS handshake (ingress-nginx: section G, proxy-ssl-…).
 *
 * @param protocol undefined: they do not speak TLS
 */
export function readEndpointTls(
  context: AnnotationContext,
  protocol: EndpointTlsPolicy["protocol"] | undefined,
): EndpointTlsPolicy | undefined {
  const verifies = context.read(PROXY_SSL_VERIFY) === true;
  if (protocol === undefined) return reportWithoutTls(context);
  if (verifies) {
    const hint = "Take it out, or leave the check to a sidecar or a network policy.";
    context.close(PROXY_SSL_VERIFY, guardBadValue("Certificates of endpoints cannot be verified", hint));
  }
  context.read(PROXY_SSL_VERIFY_DEPTH);
  readVersionsAndCiphers(context);
  const identity = readIdentity(context);
  const name = context.read(PROXY_SSL_NAME) ?? "";
  const tellsName = context.read(PROXY_SSL_SERVER_NAME) === true;
  if (identity === undefined && !tellsName) return undefined;
  return { protocol, ...(tellsName ? { serverName: name } : {}), ...identity };
}
