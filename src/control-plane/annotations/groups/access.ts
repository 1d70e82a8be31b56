import { guardGroup, pendingGroup } from "../pending.ts";

export const AUTHENTICATION_ANNOTATIONS = guardGroup("Authentication", [
  ["auth-url", "L", "R", "H", "A URL that is asked whether a request may pass.", "none"],
  ["auth-signin", "L", "D", "H", "Where a client without permission is sent.", "none"],
  ["auth-signin-redirect-param", "L", "D", "L", "The parameter that holds the way back.", "`rd`"],
  ["auth-method", "L", "X", "L", "The method of that question.", "`GET`"],
  ["auth-response-headers", "L", "X", "H", "Headers of the answer that endpoints get.", "none"],
  ["auth-proxy-set-headers", "L", "X", "L", "A ConfigMap of headers for the question.", "none"],
  ["auth-request-redirect", "L", "R", "L", "The X-Auth-Request-Redirect header.", "none"],
  ["auth-cache-key", "L", "D", "L", "What answers are remembered by.", "none"],
  ["auth-cache-duration", "L", "R", "L", "How long they are remembered.", "`200 202 401 5m`"],
  ["auth-keepalive", "L", "D", "L", "Connections kept to the authority.", "`0`"],
  ["auth-keepalive-share-vars", "L", "D", "L", "Shares variables with those requests.", "`false`"],
  ["auth-keepalive-requests", "L", "D", "L", "Requests on one such connection.", "`1000`"],
  ["auth-keepalive-timeout", "L", "D", "L", "Seconds that it is kept.", "`60`"],
  ["auth-always-set-cookie", "L", "R", "L", "Passes the authority's cookies on errors too.", "`false`"],
]);

export const GLOBAL_AUTHENTICATION_ANNOTATIONS = pendingGroup("Authentication", [
  ["enable-global-auth", "L", "D", "L", "`false` leaves out an authority that is set for all Ingresses.", "`true`"],
]);

export const CLIENT_CERTIFICATE_ANNOTATIONS = guardGroup("Client certificates", [
  ["auth-tls-secret", "L", "R", "M", "The authorities that client certificates must come from.", "none"],
  ["auth-tls-verify-client", "L", "D", "M", "Whether a certificate is asked for and must be valid.", "`on`"],
  ["auth-tls-verify-depth", "L", "D", "L", "How long a chain may be.", "`1`"],
  ["auth-tls-error-page", "L", "R", "L", "Where a client without a certificate is sent.", "none"],
  ["auth-tls-pass-certificate-to-upstream", "L", "R", "M", "Hands the certificate to endpoints.", "`false`"],
  ["auth-tls-match-cn", "L", "R", "L", "A regular expression for the certificate's name.", "none"],
]);
