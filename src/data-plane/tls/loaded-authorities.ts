import { parse_pem_cert } from "ngx.ssl";
import type { ClientAuthorities } from "../../snapshot/certificate.ts";
import { authoritiesEntry, decodeAuthorities } from "../../snapshot/entries.ts";
import { accept, readEntry } from "../current-entries.ts";
import { interpreted } from "../interpreted.ts";
import { forget, forgetAll, newRecent, remember, revive } from "../recent.ts";
import { PARSED_WEIGHT } from "./loaded-certificates.ts";
import { revokingStore } from "./revoking-store.ts";

/** What clients are verified by, as OpenSSL has it: parsed once, for all handshakes of this worker. */
export interface LoadedAuthorities {
  readonly certificates: object;
  /** The same with what was taken back; absent: nothing is looked for. */
  readonly store?: object;
  /** Bytes, roughly. */
  readonly weight: number;
}

const MOST_WEIGHT = 16 * 1048576;

const authorities = newRecent<LoadedAuthorities>(MOST_WEIGHT, ({ weight }) => weight);

/** What the controller parsed and OpenSSL does not take: a bug, or another OpenSSL. Nobody has a good certificate then. */
function cannotUse(failure: string): undefined {
  ngx.log(ngx.ERR, "limpet: authorities of clients cannot be used: ", failure);
  return undefined;
}

function parse({ certificates: pem, revocations }: ClientAuthorities): LoadedAuthorities | undefined {
  const [certificates, failure] = parse_pem_cert(pem);
  if (certificates === undefined) return cannotUse(failure ?? "");
  if (revocations === undefined) return { certificates, weight: PARSED_WEIGHT * pem.length };
  const store = revokingStore(certificates, revocations);
  if (store === undefined) return cannotUse("a list of revoked certificates does not parse");
  return { certificates, store, weight: PARSED_WEIGHT * (pem.length + revocations.join("").length) };
}

function load(digest: string): LoadedAuthorities | undefined {
  const former = revive(authorities, digest);
  if (former !== undefined) return former;
  const bytes = readEntry(authoritiesEntry(digest));
  const decoded = bytes === undefined ? undefined : interpreted(() => accept(decodeAuthorities(bytes)));
  const loaded = decoded === undefined ? undefined : parse(decoded);
  if (loaded !== undefined) remember(authorities, digest, loaded);
  return loaded;
}

/** Those of that digest; undefined when they are missing or cannot be used. */
export function findAuthorities(digest: string): LoadedAuthorities | undefined {
  return authorities.young[digest] ?? load(digest);
}

export function forgetAuthorities(digest: string): void {
  forget(authorities, digest);
}

export function forgetAllAuthorities(): void {
  forgetAll(authorities);
}
