import { badValue } from "../../problems/annotation-problems.ts";
import type { ServedAnnotation } from "../annotation.ts";
import type { AnnotationContext } from "../annotation-context.ts";
import { served } from "../served.ts";
import { parseBoolean } from "../value-parsers.ts";

const redirect = served("Redirects", "location");

const BOOLEAN_HINT = 'Write "true" or "false".';

export const SSL_REDIRECT = redirect("high", {
  name: "ssl-redirect",
  parser: parseBoolean,
  default: "`true`",
  doc: "Sends HTTP to HTTPS where the host has TLS.",
  onBadValue: "`true`",
  badValue: badValue("This is neither true nor false: HTTP is sent to HTTPS where the host has TLS.", BOOLEAN_HINT),
});

export const FORCE_SSL_REDIRECT = redirect("high", {
  name: "force-ssl-redirect",
  parser: parseBoolean,
  default: "`false`",
  doc: "Sends HTTP to HTTPS though the host has no TLS here, as where it ends in front of Limpet.",
  onBadValue: "`false`",
  badValue: badValue(
    "This is neither true nor false: HTTP is sent to HTTPS only where the host has TLS.",
    BOOLEAN_HINT,
  ),
});

export const PRESERVE_TRAILING_SLASH = redirect("low", {
  name: "preserve-trailing-slash",
  parser: parseBoolean,
  default: "`false`",
  doc: "Keeps a slash at the end of the URL in the redirect to HTTPS.",
  onBadValue: "`false`",
  badValue: badValue("This is neither true nor false: a slash at the end is left out.", BOOLEAN_HINT),
});

export const USE_PORT_IN_REDIRECTS = redirect("low", {
  name: "use-port-in-redirects",
  parser: parseBoolean,
  default: "`false`",
  doc: "Names the HTTPS port in the redirect to HTTPS, 443 too.",
  onBadValue: "`false`",
  badValue: badValue(
    "This is neither true nor false: the port is named only where a client would not find it.",
    BOOLEAN_HINT,
  ),
});

export const FROM_TO_WWW_REDIRECT = redirect("medium", {
  name: "from-to-www-redirect",
  parser: parseBoolean,
  default: "`false`",
  doc: "Sends requests for `www.` and the host to the host, or the other way round where the host begins with `www.`.",
  onBadValue: "`false`",
  badValue: badValue("This is neither true nor false: the other name is not served.", BOOLEAN_HINT),
});

export const HTTPS_REDIRECT_ANNOTATIONS: readonly ServedAnnotation<unknown>[] = [
  SSL_REDIRECT,
  FORCE_SSL_REDIRECT,
  PRESERVE_TRAILING_SLASH,
  FROM_TO_WWW_REDIRECT,
  USE_PORT_IN_REDIRECTS,
];

/** What an Ingress says of the ways to its hosts; what comes of it depends on each host. */
export interface HttpsWishes {
  /** `tls`: where the host has TLS. */
  readonly redirect: "never" | "tls" | "always";
  readonly keepSlash: boolean;
  readonly showPort: boolean;
  /** Whether the host with `www.`, or without it, leads here. */
  readonly fromToWww: boolean;
}

export function readHttpsWishes(context: AnnotationContext): HttpsWishes {
  const whereTls = context.read(SSL_REDIRECT) ?? true;
  const always = context.read(FORCE_SSL_REDIRECT) ?? false;
  const redirect = whereTls ? "tls" : "never";
  return {
    redirect: always ? "always" : redirect,
    keepSlash: context.read(PRESERVE_TRAILING_SLASH) ?? false,
    showPort: context.read(USE_PORT_IN_REDIRECTS) ?? false,
    fromToWww: context.read(FROM_TO_WWW_REDIRECT) ?? false,
  };
}
