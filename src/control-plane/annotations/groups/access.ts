import { guardGroup } from "../pending.ts";

export const CLIENT_CERTIFICATE_ANNOTATIONS = guardGroup("Client certificates", [
  ["auth-tls-secret", "L", "R", "M", "The authorities that client certificates must come from.", "none"],
  ["auth-tls-verify-client", "L", "D", "M", "Whether a certificate is asked for and must be valid.", "`on`"],
  ["auth-tls-verify-depth", "L", "D", "L", "How long a chain may be.", "`1`"],
  ["auth-tls-error-page", "L", "R", "L", "Where a client without a certificate is sent.", "none"],
  ["auth-tls-pass-certificate-to-upstream", "L", "R", "M", "Hands the certificate to endpoints.", "`false`"],
  ["auth-tls-match-cn", "L", "R", "L", "A regular expression for the certificate's name.", "none"],
]);
