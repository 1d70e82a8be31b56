import type { Metadata } from "../objects/model.ts";
import { compareText } from "../text/compare-text.ts";

/**
 * Orders Ingresses: the one that comes first owns what two declare. The older one does; of two of the same age the one
 * whose `namespace/name` is greater (ingress-nginx 1.15.1).
 */
export function comparePrecedence(left: Metadata, right: Metadata): number {
  if (left.createdAt !== right.createdAt) return left.createdAt - right.createdAt;
  return compareText(`${right.namespace}/${right.name}`, `${left.namespace}/${left.name}`);
}
