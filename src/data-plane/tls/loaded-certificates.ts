import { parse_pem_cert, parse_pem_priv_key } from "ngx.ssl";
import type { Certificate, ServerName } from "../../snapshot/certificate.ts";
import { certificateEntry, decodeCertificate, decodeServerName, serverNameEntry } from "../../snapshot/entries.ts";
import { accept, readEntry } from "../current-entries.ts";
import { interpreted } from "../interpreted.ts";
import { forget, forgetAll, newRecent, remember, revive } from "../recent.ts";

/** A certificate as OpenSSL has it: parsed once, shared by all handshakes of this worker. */
export interface LoadedCertificate {
  readonly chain: object;
  readonly key: object;
  /** Bytes, roughly. */
  readonly weight: number;
}

/** Bytes, roughly: of a name, of all names that a worker holds, and of all certificates. */
const NAME_WEIGHT = 400;
const MOST_NAMES_WEIGHT = 4 * 1048576;
const MOST_CERTIFICATES_WEIGHT = 64 * 1048576;

/** What OpenSSL holds is about so many times what stands in the PEM (bench/certificates.ts). */
export const PARSED_WEIGHT = 6;

/**
 * Kilobytes of Lua's heap that are looked through for each certificate that is parsed: Lua's collector does not see how much
 * OpenSSL holds, and would leave what is forgotten where it is.
 */
const COLLECTED = 32;

const names = newRecent<ServerName>(MOST_NAMES_WEIGHT, () => NAME_WEIGHT);
const certificates = newRecent<LoadedCertificate>(MOST_CERTIFICATES_WEIGHT, ({ weight }) => weight);

function loadServerName(host: string): ServerName | undefined {
  const former = revive(names, host);
  if (former !== undefined) return former;
  const bytes = readEntry(serverNameEntry(host));
  const name = bytes === undefined ? undefined : interpreted(() => accept(decodeServerName(bytes)));
  if (name !== undefined) remember(names, host, name);
  return name;
}

/** What is shown to clients that name this very host; undefined when nothing is said of it. */
export function findServerName(host: string): ServerName | undefined {
  return names.young[host] ?? loadServerName(host);
}

function parse({ chain, key }: Certificate): LoadedCertificate | undefined {
  const [parsedChain, chainError] = parse_pem_cert(chain);
  const [parsedKey, keyError] = parse_pem_priv_key(key);
  if (parsedChain !== undefined && parsedKey !== undefined) {
    return { chain: parsedChain, key: parsedKey, weight: PARSED_WEIGHT * (chain.length + key.length) };
  }
  // The controller had OpenSSL try it: a bug, or another OpenSSL that takes less.
  ngx.log(ngx.ERR, "limpet: a certificate does not parse: ", chainError ?? keyError ?? "");
  return undefined;
}

function loadCertificate(id: string): LoadedCertificate | undefined {
  const former = revive(certificates, id);
  if (former !== undefined) return former;
  const bytes = readEntry(certificateEntry(id));
  const decoded = bytes === undefined ? undefined : interpreted(() => accept(decodeCertificate(bytes)));
  const certificate = decoded === undefined ? undefined : parse(decoded);
  if (certificate !== undefined) remember(certificates, id, certificate);
  collectgarbage("step", COLLECTED);
  return certificate;
}

/** The certificate of that id; it is parsed when a handshake first needs it. */
export function findCertificate(id: string): LoadedCertificate | undefined {
  return certificates.young[id] ?? loadCertificate(id);
}

export function forgetServerName(host: string): void {
  forget(names, host);
}

export function forgetCertificate(id: string): void {
  forget(certificates, id);
}

export function forgetCertificates(): void {
  forgetAll(names);
  forgetAll(certificates);
}
