import type { Access } from "./access.ts";

/** What to do, by the code that Node or OpenSSL gives; by the beginning of the code where it ends in an underscore. */
const REMEDIES: readonly (readonly [code: string, remedy: string])[] = [
  ["ENOTFOUND", "correct the name of the server, or the DNS of this machine"],
  ["EAI_", "correct the name of the server, or the DNS of this machine"],
  ["ECONNREFUSED", "check that it runs and that the address is right"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "its certificate is for another name: correct the server, or set tls-server-name"],
  ["CERT_HAS_EXPIRED", "its certificate has expired: renew it"],
  ["CERT_NOT_YET_VALID", "its certificate is not valid yet: check the clocks"],
  ["UNABLE_TO_", "its certificate is signed by nobody that is trusted here: set certificate-authority"],
  ["SELF_SIGNED_", "its certificate is signed by nobody that is trusted here: set certificate-authority"],
  ["DEPTH_ZERO_", "its certificate is signed by nobody that is trusted here: set certificate-authority"],
  ["EPROTO", "it does not speak TLS there: check scheme and port"],
  ["ERR_SSL_", "TLS with it fails: check scheme, port and the client certificate"],
];

const FALLBACK = "check the network between this machine and it";

function remedyFor(code: string): string {
  const found = REMEDIES.find(([known]) => (known.endsWith("_") ? code.startsWith(known) : code === known));
  return found?.[1] ?? FALLBACK;
}

/** The first of several errors stands for all: Node tries every address of a host. */
function codeOf(error: NodeJS.ErrnoException): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  return error.code ?? error.message;
}

/** One sentence: what cannot be reached, why, and the remedy. */
export function unreachable({ server, origin }: Access, error: Error): Error {
  const code = codeOf(error);
  return new Error(`The API server ${server} (${origin}) cannot be reached (${code}): ${remedyFor(code)}.`, {
    cause: error,
  });
}
