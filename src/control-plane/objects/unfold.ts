import type { FieldPath } from "./field-path.ts";
import { isMapping } from "./is-mapping.ts";
import { KINDS } from "./kinds.ts";

/** A raw object, and where it stands in the document. */
export interface Unfolded {
  readonly raw: unknown;
  readonly path: FieldPath;
}

/** The kind that a list is of: `Ingress` for IngressList, empty for `List`; undefined for what is no list of ours. */
export function listOf(kind: unknown): string | undefined {
  if (kind === "List") return "";
  if (typeof kind !== "string" || !kind.endsWith("List")) return undefined;
  const item = kind.slice(0, -"List".length);
  return KINDS.has(item) ? item : undefined;
}

/** The API server leaves kind and apiVersion out of the items of an IngressList. */
function completed(item: unknown, kind: string, apiVersion: unknown): unknown {
  if (kind === "" || !isMapping(item) || item.kind !== undefined) return item;
  return { apiVersion, ...item, kind };
}

/** @param around the items of the lists around this: an alias of YAML can put a list into itself */
function unfoldAt(raw: unknown, path: FieldPath, around: readonly unknown[]): readonly Unfolded[] {
  const kind = isMapping(raw) ? listOf(raw.kind) : undefined;
  if (!isMapping(raw) || kind === undefined) return [{ raw, path }];
  const { items, apiVersion } = raw;
  if (items === undefined || items === null) return [];
  if (!Array.isArray(items) || around.includes(items)) return [{ raw, path }];
  return items.flatMap((item, index) =>
    unfoldAt(completed(item, kind, apiVersion), [...path, "items", index], [...around, items]),
  );
}

/** The objects of a `List` (or `IngressList`, …), and of lists in it; anything else comes back as it is. */
export function unfold(raw: unknown): readonly Unfolded[] {
  return unfoldAt(raw, [], []);
}
