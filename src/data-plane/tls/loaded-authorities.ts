import { parse_pem_cert } from "ngx.ssl";
import { authoritiesEntry, decodeAuthorities } from "../../snapshot/entries.ts";
import { accept, readEntry } from "../current-entries.ts";
import { interpreted } from "../interpreted.ts";
import { forget, forgetAll, newRecent, remember, revive } from "../recent.ts";
import { PARSED_WEIGHT } from "./loaded-certificates.ts";

/** Certificates that clients are verified by, as OpenSSL has them: parsed once, for all handshakes of this worker. */
interface LoadedAuthorities {
  readonly certificates: object;
  /** Bytes, roughly. */
  readonly weight: number;
}

const MOST_WEIGHT = 16 * 1048576;

const authorities = newRecent<LoadedAuthorities>(MOST_WEIGHT, ({ weight }) => weight);

function parse(pem: string): LoadedAuthorities | undefined {
  const [certificates, failure] = parse_pem_cert(pem);
  if (certificates !== undefined) return { certificates, weight: PARSED_WEIGHT * pem.length };
  // The controller parsed them: a bug, or another OpenSSL that takes less. Nobody has a good certificate then.
  ngx.log(ngx.ERR, "limpet: authorities of clients do not parse: ", failure ?? "");
  return undefined;
}

function load(digest: string): LoadedAuthorities | undefined {
  const former = revive(authorities, digest);
  if (former !== undefined) return former;
  const bytes = readEntry(authoritiesEntry(digest));
  const decoded = bytes === undefined ? undefined : interpreted(() => accept(decodeAuthorities(bytes)));
  const loaded = decoded === undefined ? undefined : parse(decoded.certificates);
  if (loaded !== undefined) remember(authorities, digest, loaded);
  return loaded;
}

/** The certificates of that digest, for `verify_client`. */
export function findAuthorities(digest: string): object | undefined {
  return (authorities.young[digest] ?? load(digest))?.certificates;
}

export function forgetAuthorities(digest: string): void {
  forget(authorities, digest);
}

export function forgetAllAuthorities(): void {
  forgetAll(authorities);
}
