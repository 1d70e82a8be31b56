import { isIP } from "node:net";
import type { RoutePolicies } from "../../../snapshot/route-policies.ts";
import { badValue, noEffect } from "../../problems/annotation-problems.ts";
import { urlRef } from "../../translate/url-backend.ts";
import type { Parser, ServedAnnotation } from "../annotation.ts";
import type { AnnotationContext } from "../annotation-context.ts";
import { parseMirrorTarget } from "../parse-mirror-target.ts";
import { served } from "../served.ts";
import { normalize, parseOneOf } from "../value-parsers.ts";

const mirroring = served("Mirrors", "ingress");

/** A Host header: a name or an address, with a port or without. */
const parseHostHeader: Parser<string> = (text) => {
  const host = normalize(text);
  return /^[a-zA-Z0-9._:[\]-]+$/.test(host) ? { ok: true, value: host } : { ok: false };
};

export const MIRROR_TARGET = mirroring("low", {
  name: "mirror-target",
  parser: parseMirrorTarget,
  default: "none",
  doc: "A copy of each request goes to this URL, `$request_uri` at its end or not; nobody waits for the answer, and no failure of it shows.",
  onBadValue: "no copies",
  differs:
    "`$request_uri` alone, at its end; the controller looks the host up, and copies are given up after five seconds.",
  badValue: badValue(
    "This is no URL, or one with more in it than $request_uri at its end: requests are not copied.",
    'Write a URL such as "https://mirror.example.com$request_uri".',
  ),
});

export const MIRROR_HOST = mirroring("low", {
  name: "mirror-host",
  parser: parseHostHeader,
  default: "the host of the URL",
  doc: "The Host header of the copies.",
  onBadValue: "the host of the URL",
  badValue: badValue("This is no host: the host of the URL is sent.", 'Write a host such as "mirror.example.com".'),
});

export const MIRROR_REQUEST_BODY = mirroring("low", {
  name: "mirror-request-body",
  parser: parseOneOf(["on", "off"] as const),
  default: "`on`",
  doc: "Whether copies have the request's body; it is read whole before the request is sent on then.",
  onBadValue: "`on`",
  badValue: badValue("This is neither on nor off: copies have the body.", 'Write "on" or "off".'),
});

export const MIRROR_ANNOTATIONS: readonly ServedAnnotation<unknown>[] = [
  MIRROR_TARGET,
  MIRROR_HOST,
  MIRROR_REQUEST_BODY,
];

const NOT_COPIED = noEffect(
  "Requests are not copied without `mirror-target`.",
  "Add mirror-target, or leave this out.",
);

/** Where copies of an Ingress's requests go (ingress-nginx: section G, mirror). */
export function readMirror(context: AnnotationContext): Partial<RoutePolicies> {
  const found = context.read(MIRROR_TARGET);
  const host = context.read(MIRROR_HOST);
  const withBody = context.read(MIRROR_REQUEST_BODY) !== "off";
  if (found === undefined) {
    if (!context.has(MIRROR_TARGET)) {
      for (const annotation of [MIRROR_HOST, MIRROR_REQUEST_BODY]) context.report(annotation, NOT_COPIED);
    }
    return {};
  }
  const { target, path, followed } = found;
  const ref = urlRef(target);
  context.leadTo(MIRROR_TARGET, ref);
  const { scheme } = target;
  const own = isIP(target.host) === 6 ? `[${target.host}]` : target.host;
  return { mirror: { backend: ref.id, scheme, host: host ?? own, path, followed, withBody } };
}
