import type { RoutePolicies } from "../../../snapshot/route-policies.ts";
import { badValue } from "../../problems/annotation-problems.ts";
import type { ServedAnnotation } from "../annotation.ts";
import type { AnnotationContext } from "../annotation-context.ts";
import { served } from "../served.ts";
import { normalize } from "../value-parsers.ts";

export const UPSTREAM_VHOST = served("Headers and cookies", "location")("medium", {
  name: "upstream-vhost",
  parser: (text) => {
    const host = normalize(text);
    return /^[-._~a-zA-Z0-9/:]+$/.test(host) ? { ok: true, value: host } : { ok: false };
  },
  default: "the client's",
  doc: "The Host header that endpoints see.",
  onBadValue: "the client's",
  badValue: badValue("This is no host: endpoints see the client's.", 'Write a host such as "backend.example.com".'),
});

export const UPSTREAM_HOST_ANNOTATIONS: readonly ServedAnnotation<unknown>[] = [UPSTREAM_VHOST];

export function readUpstreamHost(context: AnnotationContext): Partial<RoutePolicies> {
  const upstreamHost = context.read(UPSTREAM_VHOST);
  return upstreamHost === undefined ? {} : { upstreamHost };
}
