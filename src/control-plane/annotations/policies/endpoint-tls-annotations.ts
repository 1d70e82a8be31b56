import { badValue, guardBadValue } from "../../problems/annotation-problems.ts";
import type { Parser, ServedAnnotation } from "../annotation.ts";
import { served } from "../served.ts";
import { normalize, parseDnsName, parseSwitch, parseWholeNumber, parseWords } from "../value-parsers.ts";

const parseAnyText: Parser<string> = (text) => ({ ok: true, value: normalize(text) });

const tls = served("TLS towards endpoints", "ingress");

export const PROXY_SSL_SECRET = tls("medium", {
  name: "proxy-ssl-secret",
  // What names no Secret closes the Routes as a missing one does, but only where endpoints speak TLS at all.
  parser: parseAnyText,
  default: "none",
  doc: "A Secret of the Ingress's namespace whose `tls.crt` and `tls.key` endpoints are shown, and whose `ca.crt` verifies them.",
  onBadValue: "the Routes answer 503",
  badValue: guardBadValue("This names no Secret", "Write namespace/name."),
});

export const PROXY_SSL_VERIFY = tls("medium", {
  name: "proxy-ssl-verify",
  parser: parseSwitch,
  default: "`off`",
  doc: "Whether endpoints must show a certificate for `proxy-ssl-name` that leads to `ca.crt` of `proxy-ssl-secret`.",
  onBadValue: "the Routes answer 503",
  guards: true,
  badValue: guardBadValue("This is neither on nor off", 'Write "on" or "off".'),
});

export const PROXY_SSL_VERIFY_DEPTH = tls("low", {
  name: "proxy-ssl-verify-depth",
  parser: parseWholeNumber(0, 100),
  default: "`1`",
  doc: "How many authorities may stand between an endpoint's certificate and one of `ca.crt`: 1, 2 or 3.",
  onBadValue: "`1`",
  badValue: badValue("This is no number: it is 1.", 'Write a whole number, such as "2".'),
});

export const PROXY_SSL_NAME = tls("low", {
  name: "proxy-ssl-name",
  parser: parseDnsName,
  default: "the host of the request",
  doc: "The server name that endpoints are told, and that their certificate is verified for.",
  onBadValue: "the host of the request",
  badValue: badValue("This is no DNS name: it is the host of the request.", "Write a DNS name."),
});

export const PROXY_SSL_SERVER_NAME = tls("medium", {
  name: "proxy-ssl-server-name",
  parser: parseSwitch,
  default: "`off`",
  doc: "Whether endpoints are told a server name in the TLS handshake (SNI); verified ones always are.",
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
