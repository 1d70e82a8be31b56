import { CATCH_ALL } from "../../routing/match-host.ts";
import type { AffinityPolicy, PathMatch, Route } from "../../snapshot/model.ts";
import type { RoutePolicies } from "../../snapshot/route-policies.ts";
import type { NamedLookUp } from "../annotations/annotation-context.ts";
import type { HttpsWishes } from "../annotations/policies/https-redirect.ts";
import type { AffinitySettings } from "../annotations/read-affinity.ts";
import { readAnnotations } from "../annotations/read-annotations.ts";
import { type Ingress, type IngressBackend, type IngressPath, objectName } from "../objects/model.ts";
import type { Subject } from "../problems/make-problem.ts";
import type { Problem } from "../problems/problem.ts";
import {
  defaultBackendUnused,
  hostNotValid,
  pathNotAbsolute,
  resourceBackend,
  routePathNotACookiePath,
} from "../problems/translate-problems.ts";
import type { Origin } from "../sources/source.ts";
import { type BackendRef, CLOSED_BACKEND, refOf } from "./backend-ref.ts";

/** A Route that an Ingress asks for; it gets it unless an older one has it. */
export interface Claim {
  readonly route: Route;
  /** What the Ingress names, though the Route may be closed. */
  readonly ref: BackendRef;
  /** Further Backends that the Route's policies lead to. */
  readonly others: readonly BackendRef[];
  /** Of the path, and of the backend, in the Ingress. */
  readonly field: string;
  readonly backendField: string;
}

/** What one Ingress says, on its own. */
export interface IngressReading {
  readonly ingress: Ingress;
  readonly subject: Subject;
  /** By host, in the Ingress's order; a host without a claim is declared all the same. */
  readonly claims: ReadonlyMap<string, readonly Claim[]>;
  /** The claim for the root of each host that this Ingress is the first to declare, when nobody else has one. */
  readonly root: ((host: string) => Claim) | undefined;
  readonly https: HttpsWishes;
  readonly problems: readonly Problem[];
}

/** Lower case: labels of letters, digits, `-` and `_`, and one `*` in front. The catch-all's own name is none. */
const HOST = /^(\*\.)?[a-z0-9]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9])?)*$/;

/** What a cookie's Path may hold (RFC 6265 §4.1.1), less what browsers send percent-encoded. */
const COOKIE_PATH = /^[\x21-\x3a\x3c-\x7e]*$/;

/** Everything about an Ingress that its claims share. */
interface Context {
  readonly ingress: Ingress;
  readonly subject: Subject;
  readonly affinity: AffinitySettings | undefined;
  readonly policies: RoutePolicies | undefined;
  readonly closed: boolean;
  readonly problems: Problem[];
}

function cookiePath(context: Context, settings: AffinitySettings, path: string, field: string): string {
  if (settings.cookiePath !== undefined) return settings.cookiePath;
  if (COOKIE_PATH.test(path)) return path;
  context.problems.push(routePathNotACookiePath(context.subject, field, path));
  return "/";
}

function policyFor(context: Context, path: string, field: string): AffinityPolicy | undefined {
  const { affinity, closed } = context;
  if (affinity === undefined || closed) return undefined;
  return { ...affinity, cookiePath: cookiePath(context, affinity, path, field) };
}

function claim(
  context: Context,
  place: { readonly host: string; readonly path: string; readonly match: PathMatch },
  ref: BackendRef,
  field: string,
  backendField: string,
): Claim {
  const { namespace, name } = context.ingress.metadata;
  const affinity = policyFor(context, place.path, field);
  const route: Route = {
    ...place,
    ingress: `${namespace}/${name}`,
    service: ref.id,
    backend: context.closed ? CLOSED_BACKEND : ref.id,
    ...(affinity === undefined ? {} : { affinity }),
    ...(context.policies === undefined || context.closed ? {} : { policies: context.policies }),
  };
  return { route, ref, others: [], field, backendField };
}

function usableRef(context: Context, backend: IngressBackend, field: string): BackendRef | undefined {
  const ref = refOf(context.ingress.metadata.namespace, backend);
  if (ref === undefined) context.problems.push(resourceBackend(context.subject, field));
  return ref;
}

function readPath(context: Context, host: string, path: IngressPath, field: string): Claim | undefined {
  const text = path.path === "" ? "/" : path.path;
  if (!text.startsWith("/")) {
    context.problems.push(pathNotAbsolute(context.subject, `${field}.path`, text));
    return undefined;
  }
  const ref = usableRef(context, path.backend, `${field}.backend.resource`);
  if (ref === undefined) return undefined;
  const match = path.pathType === "Exact" ? "exact" : "prefix";
  return claim(context, { host, path: text, match }, ref, `${field}.path`, `${field}.backend.service`);
}

/** The host of our model; undefined when it is no DNS name. */
function readHost(context: Context, host: string, field: string): string | undefined {
  if (host === "") return CATCH_ALL;
  const lower = host.toLowerCase();
  if (host.length <= 253 && HOST.test(lower)) return lower;
  context.problems.push(hostNotValid(context.subject, field, host));
  return undefined;
}

function readRules(context: Context): Map<string, Claim[]> {
  const claims = new Map<string, Claim[]>();
  context.ingress.rules.forEach((rule, i) => {
    const host = readHost(context, rule.host, `spec.rules[${rule.position ?? i}].host`);
    if (host === undefined) return;
    const own = claims.get(host) ?? [];
    claims.set(host, own);
    rule.paths?.forEach((path, j) => {
      const found = readPath(
        context,
        host,
        path,
        `spec.rules[${rule.position ?? i}].http.paths[${path.position ?? j}]`,
      );
      if (found !== undefined) own.push(found);
    });
  });
  return claims;
}

/** The claim that `spec.defaultBackend` makes for a host's root; undefined when there is none or it is a resource. */
function readDefaultBackend(context: Context): ((host: string) => Claim) | undefined {
  const backend = context.ingress.defaultBackend;
  if (backend === undefined) return undefined;
  const field = "spec.defaultBackend";
  const ref = usableRef(context, backend, `${field}.resource`);
  if (ref === undefined) return undefined;
  return (host) => claim(context, { host, path: "/", match: "prefix" }, ref, field, `${field}.service`);
}

/** Where rules stand, the default backend is the root of their hosts; on its own it is that of every other host. */
function placeDefaultBackend(
  context: Context,
  claims: Map<string, Claim[]>,
  root: ((host: string) => Claim) | undefined,
): void {
  if (root === undefined) return;
  if (context.ingress.rules.length === 0) claims.set(CATCH_ALL, [root(CATCH_ALL)]);
  else if (![...claims.keys()].some((host) => host !== CATCH_ALL)) {
    context.problems.push(defaultBackendUnused(context.subject));
  }
}

/**
 * Reads an Ingress on its own: the Routes that it asks for and everything that is wrong with it.
 *
 * @param prefixes of annotations, without the slash, the strongest first
 * @param objects Secrets and ConfigMaps that it names
 */
export function readIngress(
  ingress: Ingress,
  origin: Origin | undefined,
  prefixes: readonly string[],
  objects: NamedLookUp,
): IngressReading {
  const object = objectName("Ingress", ingress.metadata);
  const subject: Subject = origin === undefined ? { object } : { object, origin };
  const problems: Problem[] = [];
  const said = readAnnotations(subject, ingress.metadata, prefixes, objects, problems);
  const { affinity, policies, https, closed, canary } = said;
  if (canary) return { ingress, subject, claims: new Map(), root: undefined, https, problems };
  const context: Context = { ingress, subject, affinity, policies, closed, problems };
  const claims = readRules(context);
  const root = readDefaultBackend(context);
  placeDefaultBackend(context, claims, root);
  return { ingress, subject, claims, root: ingress.rules.length === 0 ? undefined : root, https, problems };
}
