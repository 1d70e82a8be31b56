import type { ServerName } from "../../../snapshot/certificate.ts";
import { readCipherList } from "../../certificates/cipher-list.ts";
import { badValue } from "../../problems/annotation-problems.ts";
import type { ServedAnnotation } from "../annotation.ts";
import type { AnnotationContext } from "../annotation-context.ts";
import { served } from "../served.ts";
import { normalize, parseBoolean } from "../value-parsers.ts";

const tls = served("TLS towards clients", "ingress");

export const SSL_CIPHERS = tls("low", {
  name: "ssl-ciphers",
  parser: (text) => {
    const ciphers = readCipherList(normalize(text));
    return ciphers === undefined ? { ok: false } : { ok: true, value: ciphers };
  },
  default: "`--ssl-ciphers`",
  doc: "Ciphers of TLS 1.2 for the hosts of the Ingress, in OpenSSL's words; the oldest Ingress of a host that has the annotation decides.",
  onBadValue: "`--ssl-ciphers`",
  rejected: true,
  badValue: badValue(
    "A word of this list names no cipher of TLS 1.2, or no cipher is left: those of --ssl-ciphers are offered.",
    'Write names with colons between them, such as "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384".',
  ),
});

export const SSL_PREFER_SERVER_CIPHERS = tls("low", {
  name: "ssl-prefer-server-ciphers",
  parser: parseBoolean,
  default: "`--ssl-prefer-server-ciphers`",
  doc: "Whether the order of the ciphers binds the clients of the hosts, by the same rule.",
  onBadValue: "`--ssl-prefer-server-ciphers`",
  badValue: badValue("This is no boolean: what the flag says holds.", 'Write "true" or "false".'),
});

export const CIPHER_ANNOTATIONS: readonly ServedAnnotation<unknown>[] = [SSL_CIPHERS, SSL_PREFER_SERVER_CIPHERS];

/** What an Ingress says of the ciphers of its hosts. */
export type CipherWishes = Omit<ServerName, "certificates">;

export function readCipherWishes(context: AnnotationContext): CipherWishes {
  const ciphers = context.read(SSL_CIPHERS);
  const preferOwn = context.read(SSL_PREFER_SERVER_CIPHERS);
  return { ...(ciphers !== undefined && { ciphers }), ...(preferOwn !== undefined && { preferOwn }) };
}
