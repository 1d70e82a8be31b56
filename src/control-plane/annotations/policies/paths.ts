import type { RewritePolicy, RoutePolicies } from "../../../snapshot/route-policies.ts";
import { badValue, noEffect } from "../../problems/annotation-problems.ts";
import type { Parser, ServedAnnotation } from "../annotation.ts";
import type { AnnotationContext } from "../annotation-context.ts";
import { served } from "../served.ts";
import { normalize, parseBoolean } from "../value-parsers.ts";

const ofLocation = served("Hosts, paths and errors", "location");
const ofIngress = served("Hosts, paths and errors", "ingress");
const header = served("Headers and cookies", "location");

export const USE_REGEX = ofLocation("high", {
  name: "use-regex",
  parser: parseBoolean,
  default: "`false`",
  doc: "Paths are regular expressions: all those of the host, of other Ingresses too.",
  onBadValue: "`false`",
  badValue: badValue("This is no boolean: the paths stand for themselves.", 'Write "true" or "false".'),
});

/** ingress-nginx's characters, with `$` in front of 1 to 9 alone, and a `?` at the end. */
const parseTarget: Parser<string> = (text) => {
  const target = normalize(text);
  return /^([-._~a-zA-Z0-9/:]|\$[1-9])+\??$/.test(target) ? { ok: true, value: target } : { ok: false };
};

export const REWRITE_TARGET = ofIngress("high", {
  name: "rewrite-target",
  parser: parseTarget,
  default: "none",
  doc: "The path that the endpoint sees; `$1` to `$9` are what the groups of the Ingress path match. Paths are regular expressions then, as with `use-regex`.",
  onBadValue: "the client's path",
  badValue: badValue(
    "This is no path to rewrite to: endpoints see the client's path.",
    'Write a path such as "/new/$1": letters, digits and -._~/:, and $1 to $9.',
  ),
});

/** A path of these characters, and no other. */
function parsePath(characters: RegExp): Parser<string> {
  return (text) => {
    const path = normalize(text);
    return characters.test(path) ? { ok: true, value: path } : { ok: false };
  };
}

export const X_FORWARDED_PREFIX = header("medium", {
  name: "x-forwarded-prefix",
  parser: parsePath(/^[-._~a-zA-Z0-9/:]+$/),
  default: "none",
  doc: "The header X-Forwarded-Prefix that endpoints see where `rewrite-target` rewrites the path.",
  onBadValue: "no header",
  badValue: badValue("This is no path: endpoints get no X-Forwarded-Prefix.", 'Write a path such as "/app".'),
});

export const APP_ROOT = ofLocation("medium", {
  name: "app-root",
  parser: parsePath(/^\/[-._~a-zA-Z0-9/:,?&=%#+@!;]*$/),
  default: "none",
  doc: "Sends requests for `/` to another path of the host.",
  onBadValue: "no redirect",
  badValue: badValue("This is no path: requests for / are served as they come.", 'Write a path such as "/app/".'),
});

export const PATH_ANNOTATIONS: readonly ServedAnnotation<unknown>[] = [
  USE_REGEX,
  REWRITE_TARGET,
  APP_ROOT,
  X_FORWARDED_PREFIX,
];

/** The path that Endpoints see (ingress-nginx: rewrite-target). */
export function readRewrite(context: AnnotationContext): Partial<RoutePolicies> {
  const target = context.read(REWRITE_TARGET);
  const forwardedPrefix = context.read(X_FORWARDED_PREFIX);
  if (target === undefined) {
    const message = "Nothing is rewritten here: endpoints get no X-Forwarded-Prefix.";
    if (forwardedPrefix !== undefined) {
      context.report(X_FORWARDED_PREFIX, noEffect(message, "Add rewrite-target, or take this out."));
    }
    return {};
  }
  const rewrite: RewritePolicy = forwardedPrefix === undefined ? { target } : { target, forwardedPrefix };
  return { rewrite };
}

/** Whether the paths of an Ingress are regular expressions by themselves. */
export function readUseRegex(context: AnnotationContext): boolean {
  return context.read(USE_REGEX) ?? false;
}

/** Where requests for the root of its hosts are sent. */
export function readAppRoot(context: AnnotationContext): string | undefined {
  return context.read(APP_ROOT);
}
