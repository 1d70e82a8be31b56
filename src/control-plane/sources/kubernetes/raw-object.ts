import { isMapping } from "../../objects/is-mapping.ts";

/** What of an object is read before it is parsed. */
export interface RawIdentity {
  /** `namespace/name`; the namespace is empty for what has none. */
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
}

/** Which object this is, and in which version; undefined when that cannot be told. */
export function identify(raw: unknown): RawIdentity | undefined {
  const metadata = isMapping(raw) ? raw["metadata"] : undefined;
  if (!isMapping(metadata)) return undefined;
  const { name, namespace = "", resourceVersion = "" } = metadata;
  if (typeof name !== "string" || name === "") return undefined;
  if (typeof namespace !== "string" || typeof resourceVersion !== "string") return undefined;
  return { key: `${namespace}/${name}`, namespace, name, version: resourceVersion };
}

/**
 * Whether a version is older than another. Versions of Kubernetes' own kinds are whole numbers that grow (KEP-5504); of
 * any others nothing is known, and none is older.
 */
export function isOlder(version: string, than: string): boolean {
  if (!/^\d+$/.test(version) || !/^\d+$/.test(than)) return false;
  return version.length === than.length ? version < than : version.length < than.length;
}
