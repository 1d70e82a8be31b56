import { createSecureContext, getCiphers } from "node:tls";

/** What OpenSSL 3 has for TLS 1.2, and names of former times that stand in many lists and mean nothing any more. */
const CIPHERS: readonly string[] = [
  ...getCiphers()
    .filter((name) => !name.startsWith("tls_"))
    .map((name) => name.toUpperCase()),
  "DES-CBC3-SHA",
  "ECDHE-RSA-DES-CBC3-SHA",
  "ECDHE-ECDSA-DES-CBC3-SHA",
  "EDH-RSA-DES-CBC3-SHA",
];

/** Words for groups of ciphers (OpenSSL: ciphers(1)). */
const GROUPS: readonly string[] = `DEFAULT ALL HIGH MEDIUM LOW EXPORT EXP NULL aNULL eNULL ADH AECDH
   RSA kRSA aRSA DH DHE EDH kDHE kEDH ECDH ECDHE EECDH kECDHE kEECDH ECDSA aECDSA DSS aDSS PSK kPSK aPSK SRP
   AES AES128 AES256 AESGCM AESCCM CHACHA20 CAMELLIA CAMELLIA128 CAMELLIA256 ARIA SEED IDEA DES 3DES RC2 RC4 MD5 SHA SHA1 SHA256 SHA384`.split(
  /\s+/,
);

const WORDS: ReadonlySet<string> = new Set([...CIPHERS, ...GROUPS]);

const COMMANDS: readonly string[] = ["@STRENGTH", "@SECLEVEL=0", "@SECLEVEL=1", "@SECLEVEL=2", "@SECLEVEL=3"];

function isEntry(entry: string): boolean {
  if (COMMANDS.includes(entry)) return true;
  return entry
    .replace(/^[!+-]/, "")
    .split("+")
    .every((word) => WORDS.has(word));
}

/** Whether OpenSSL finds a cipher by it: Node's own is asked. */
function findsAny(ciphers: string): boolean {
  try {
    createSecureContext({ ciphers, maxVersion: "TLSv1.2" });
    return true;
  } catch {
    return false;
  }
}

/**
 * A list of ciphers in OpenSSL's words, with colons between them: each is one of a closed list, so that nothing else gets where
 * the list stands. Undefined when one is not, or when no cipher is left.
 */
export function readCipherList(text: string): string | undefined {
  const entries = text.split(/[\s:,]+/).filter((entry) => entry !== "");
  const ciphers = entries.join(":");
  return entries.length > 0 && entries.every(isEntry) && findsAny(ciphers) ? ciphers : undefined;
}
