import { createPrivateKey, X509Certificate } from "node:crypto";
import type { EndpointTlsPolicy } from "../../../snapshot/route-policies.ts";
import { AUTHORITIES_KEY } from "../../certificates/read-client-authorities.ts";
import type { Secret } from "../../objects/model.ts";
import { approximated, noEffect, objectMissing } from "../../problems/annotation-problems.ts";
import type { AnnotationContext } from "../annotation-context.ts";
import { parseObjectName } from "../value-parsers.ts";
import {
  ENDPOINT_TLS_ANNOTATIONS,
  PROXY_SSL_CIPHERS,
  PROXY_SSL_NAME,
  PROXY_SSL_PROTOCOLS,
  PROXY_SSL_SECRET,
  PROXY_SSL_SERVER_NAME,
  PROXY_SSL_VERIFY,
  PROXY_SSL_VERIFY_DEPTH,
} from "./endpoint-tls-annotations.ts";
import { readVerification } from "./verification.ts";

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

/** The Secret that an Ingress names; undefined: none, or none that can be used. */
function readSecret(context: AnnotationContext): Secret | undefined {
  const named = context.read(PROXY_SSL_SECRET);
  if (named === undefined) return undefined;
  if (!parseObjectName(named).ok) return closeForSecret(context, "This names no Secret");
  const name = context.objectName(named);
  if (name === undefined) return closeForSecret(context, "This is a Secret of another namespace");
  const secret = context.objects.secret(name);
  return secret ?? closeForSecret(context, "This Secret is missing");
}

/** The client certificate of an Ingress; a Secret that holds authorities alone has none. */
function readIdentity(context: AnnotationContext, secret: Secret): Identity | undefined {
  const certificate = textOf(secret, "tls.crt");
  const key = textOf(secret, "tls.key");
  if (certificate === undefined && key === undefined && secret.data[AUTHORITIES_KEY] !== undefined) return undefined;
  const fault = faultOf(certificate ?? "", key ?? "");
  if (fault !== undefined) return closeForSecret(context, `This Secret cannot be used, ${fault}`);
  return { certificate: certificate as string, key: key as string };
}

const SAME_FOR_ALL = "Take it out: all Ingresses have the same.";

function readVersionsAndCiphers(context: AnnotationContext): void {
  const ciphers = context.read(PROXY_SSL_CIPHERS) ?? "DEFAULT";
  if (ciphers !== "DEFAULT")
    context.report(PROXY_SSL_CIPHERS, approximated("Ciphers are OpenSSL's DEFAULT.", SAME_FOR_ALL));
  const versions = [...(context.read(PROXY_SSL_PROTOCOLS) ?? [])].sort().join(" ");
  if (versions !== "" && versions !== "TLSv1.2 TLSv1.3") {
    context.report(PROXY_SSL_PROTOCOLS, approximated("TLS 1.2 and 1.3 are spoken.", SAME_FOR_ALL));
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
 * What endpoints are shown in a TLS handshake, and what they must show (ingress-nginx: section G, proxy-ssl-…).
 *
 * @param protocol undefined: they do not speak TLS
 */
export function readEndpointTls(
  context: AnnotationContext,
  protocol: EndpointTlsPolicy["protocol"] | undefined,
): EndpointTlsPolicy | undefined {
  const verifies = context.read(PROXY_SSL_VERIFY) === true;
  if (protocol === undefined) return reportWithoutTls(context);
  readVersionsAndCiphers(context);
  const secret = readSecret(context);
  const identity = secret === undefined ? undefined : readIdentity(context, secret);
  const verified = verifies ? readVerification(context, protocol, secret) : undefined;
  const name = context.read(PROXY_SSL_NAME) ?? "";
  const tellsName = context.read(PROXY_SSL_SERVER_NAME) === true || verified !== undefined;
  if (!verifies) context.read(PROXY_SSL_VERIFY_DEPTH);
  if (identity === undefined && !tellsName) return undefined;
  return {
    ...{ protocol, ...identity },
    ...(tellsName && { serverName: name }),
    ...(verified !== undefined && { verified }),
  };
}
