import { isIP } from "node:net";
import { urlBackendId } from "../../snapshot/url-backend-id.ts";
import type { ResolvedName } from "../names/resolved-name.ts";
import type { BackendRef, UrlTarget } from "./backend-ref.ts";
import { isLoopbackName, ofOneFamily, withoutSpecial } from "./external-name.ts";
import { addressOnly, type Candidate } from "./service-endpoints.ts";
import type { TranslateOptions } from "./translate-options.ts";

/** What is wrong with a URL that somebody names. */
export interface UrlTrouble {
  readonly kind: "url";
  readonly host: string;
  /** Half a sentence. */
  readonly wrong: string;
  /** It is followed all the same, to addresses that were good once. */
  readonly stale: boolean;
}

/** What a URL leads to. */
export interface UrlCandidates {
  readonly found: readonly Candidate[];
  readonly trouble?: UrlTrouble;
  /** The name to follow; absent where there is none. */
  readonly name?: string;
  /** It has not been looked up yet. */
  readonly pending?: boolean;
}

const NOT_USED = "it leads to an address of this machine or its link, which is not used";

/** The Backend of what a URL names (its path plays no part): URLs of one scheme, host and port share it. */
export function urlRef(target: UrlTarget): BackendRef {
  const { scheme, host, port } = target;
  const id = urlBackendId(scheme, isIP(host) === 6 ? `[${host}]` : host, port);
  return { id, service: "", port: `${port}`, target };
}

function trouble(host: string, wrong: string, stale = false): UrlTrouble {
  return { kind: "url", host, wrong, stale };
}

function ofAddress({ host, port }: UrlTarget, options: TranslateOptions): UrlCandidates {
  const family = isIP(host) === 6 ? { ipv4: [], ipv6: [host] } : { ipv4: [host], ipv6: [] };
  const found = ofOneFamily(withoutSpecial(family, options), []).map((address) => addressOnly(address, port));
  return found.length > 0 ? { found } : { found, trouble: trouble(host, NOT_USED) };
}

function ofName({ host, port }: UrlTarget, resolved: ResolvedName, options: TranslateOptions): UrlCandidates {
  const found = ofOneFamily(withoutSpecial(resolved, options), []).map((address) => addressOnly(address, port));
  const named = { found, name: host };
  if (resolved.failure !== undefined) return { ...named, trouble: trouble(host, resolved.failure, found.length > 0) };
  return found.length > 0 ? named : { ...named, trouble: trouble(host, NOT_USED) };
}

/**
 * The addresses that a URL leads to, by the rules of ExternalName Services: the controller looks names up, and in a cluster
 * nobody reaches what the controller's pod keeps to itself.
 *
 * @param resolved what is known of a name
 */
export function urlCandidates(
  target: UrlTarget,
  resolved: (name: string) => ResolvedName | undefined,
  options: TranslateOptions,
): UrlCandidates {
  const { host } = target;
  if (isIP(host) !== 0) return ofAddress(target, options);
  if (isLoopbackName(host)) return { found: [], trouble: trouble(host, NOT_USED) };
  const known = resolved(host);
  return known === undefined ? { found: [], name: host, pending: true } : ofName(target, known, options);
}
