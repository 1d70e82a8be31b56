import { CATCH_ALL } from "../../routing/match-host.ts";
import type { AffinityPolicy, PathMatch, Route } from "../../snapshot/model.ts";
import type { RoutePolicies } from "../../snapshot/route-policies.ts";
import type { Surroundings } from "../annotations/annotation-context.ts";
import { rememberingByPath } from "../annotations/policies/authority.ts";
import type { CipherWishes } from "../annotations/policies/ciphers.ts";
import type { HttpsWishes } from "../annotations/policies/https-redirect.ts";
import type { AffinitySettings } from "../annotations/read-affinity.ts";
import { readAnnotations } from "../annotations/read-annotations.ts";
import type { CanarySettings } from "../annotations/read-canary.ts";
import type { RoutingReading } from "../annotations/read-routing.ts";
import { isHostName } from "../objects/host-name.ts";
import { type Ingress, type IngressBackend, type IngressPath, objectName } from "../objects/model.ts";
import type { Subject } from "../problems/make-problem.ts";
import type { Problem } from "../problems/problem.ts";
import {
  defaultBackendUnused,
  hostNotValid,
  pathNotAbsolute,
  regexPathNotACookiePath,
  resourceBackend,
  routePathNotACookiePath,
} from "../problems/translate-problems.ts";
import { NO_AUTH_LOCATIONS } from "../settings/authority-settings.ts";
import { liveSetting } from "../settings/global-settings.ts";
import type { Origin } from "../sources/source.ts";
import { type BackendRef, CLOSED_BACKEND, type OtherRef, refOf, refOfId, throughAddress } from "./backend-ref.ts";
import type { Alternative, CanaryReading } from "./canary-reading.ts";
import { isPattern, regexCookiePath } from "./regex-cookie-path.ts";

/** A Route that an Ingress asks for; it gets it unless an older one has it. */
export interface Claim {
  readonly route: Route;
  /** What the Ingress names, though the Route may be closed. */
  readonly ref: BackendRef;
  /** Further Backends that the Route's policies lead to. */
  readonly others: readonly OtherRef[];
  /** Its path is a regular expression, and so are all of its host then. */
  readonly regex: boolean;
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
  /** Namespaces besides its own whose canaries it takes; `*` for all. */
  readonly canaryNamespaces: readonly string[];
  readonly routing: RoutingReading;
  readonly https: HttpsWishes;
  readonly ciphers: CipherWishes;
  readonly problems: readonly Problem[];
}

/** What a cookie's Path may hold (RFC 6265 §4.1.1), less what browsers send percent-encoded. */
const COOKIE_PATH = /^[\x21-\x3a\x3c-\x7e]*$/;

/** Everything about an Ingress that its claims share. */
interface Context {
  readonly ingress: Ingress;
  readonly subject: Subject;
  readonly affinity: AffinitySettings | undefined;
  readonly policies: RoutePolicies | undefined;
  readonly serviceUpstream: boolean;
  readonly others: readonly OtherRef[];
  readonly useRegex: boolean;
  readonly closed: boolean;
  /** Paths, and what begins like them, that need no authentication. */
  readonly unguarded: readonly string[];
  readonly problems: Problem[];
}

function cookiePath(context: Context, settings: AffinitySettings, path: string, field: string, regex: boolean): string {
  if (settings.cookiePath !== undefined) return settings.cookiePath;
  if (regex && isPattern(path)) {
    const literal = regexCookiePath(path);
    const cookiePath = COOKIE_PATH.test(literal) ? literal : "/";
    context.problems.push(regexPathNotACookiePath(context.subject, field, path, cookiePath));
    return cookiePath;
  }
  if (COOKIE_PATH.test(path)) return path;
  context.problems.push(routePathNotACookiePath(context.subject, field, path));
  return "/";
}

function policyFor(context: Context, path: string, field: string, regex: boolean): AffinityPolicy | undefined {
  const { affinity, closed } = context;
  if (affinity === undefined || closed) return undefined;
  return { ...affinity, cookiePath: cookiePath(context, affinity, path, field, regex) };
}

/** A Route that is rewritten to its own path is not rewritten; nor is that of a default backend on its own. */
function isRewritten({ policies, ingress }: Context, path: string): boolean {
  return policies?.rewrite !== undefined && policies.rewrite.target !== path && ingress.rules.length > 0;
}

/** Less what a path has no use for. */
function policiesOf(context: Context, path: string): RoutePolicies | undefined {
  if (context.policies === undefined || context.closed) return undefined;
  const { rewrite, basicAuth, authority, ...others } = rememberingByPath(context.policies, path);
  const isOpen = context.unguarded.some((prefix) => path.startsWith(prefix));
  const policies: RoutePolicies = {
    ...others,
    ...(rewrite !== undefined && isRewritten(context, path) && { rewrite }),
    ...(basicAuth !== undefined && !isOpen && { basicAuth }),
    ...(authority !== undefined && !isOpen && { authority }),
  };
  return Object.keys(policies).length === 0 ? undefined : policies;
}

/** Further Backends that a Route leads to. */
function othersOf(context: Context, policies: RoutePolicies | undefined): readonly OtherRef[] {
  if (context.closed) return [];
  const { others } = context;
  return policies?.defaultBackend === undefined ? others : [...others, refOfId(policies.defaultBackend)];
}

function claim(
  context: Context,
  place: { readonly host: string; readonly path: string; readonly match: PathMatch },
  ref: BackendRef,
  field: string,
  backendField: string,
): Claim {
  const { namespace, name } = context.ingress.metadata;
  const policies = policiesOf(context, place.path);
  // A closed Route matches what it would match if it were open: nobody else may be served in its place.
  const regex = context.useRegex || isRewritten(context, place.path);
  const affinity = policyFor(context, place.path, field, regex);
  const route: Route = {
    ...place,
    ingress: `${namespace}/${name}`,
    service: `${ref.service}:${ref.port}`,
    backend: context.closed ? CLOSED_BACKEND : ref.id,
    ...(affinity === undefined ? {} : { affinity }),
    ...(policies === undefined ? {} : { policies }),
  };
  return { route, ref, others: othersOf(context, policies), regex, field, backendField };
}

function usableRef(context: Context, backend: IngressBackend, field: string): BackendRef | undefined {
  const ref = refOf(context.ingress.metadata.namespace, backend);
  if (ref === undefined) context.problems.push(resourceBackend(context.subject, field));
  return ref !== undefined && context.serviceUpstream ? throughAddress(ref) : ref;
}

/** The same Route, which matches what it did and serves nobody. */
export function closedClaim(claim: Claim): Claim {
  const { affinity: _, policies: __, ...route } = claim.route;
  return { ...claim, route: { ...route, backend: CLOSED_BACKEND }, others: [] };
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
  if (isHostName(lower)) return lower;
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

function readAlternatives(context: Context, settings: CanarySettings): CanaryReading {
  const { ingress, subject, problems } = context;
  const alternatives = new Map<string, readonly Alternative[]>();
  for (const [host, claims] of readRules(context)) {
    alternatives.set(
      host,
      claims.map((claim) => ({ claim, everyPath: false })),
    );
  }
  const root = readDefaultBackend(context);
  if (root !== undefined) {
    const own = alternatives.get(CATCH_ALL) ?? [];
    alternatives.set(CATCH_ALL, [...own, { claim: root(CATCH_ALL), everyPath: true }]);
  }
  return { ingress, subject, settings, alternatives, problems };
}

/**
 * Reads an Ingress on its own: the Routes that it asks for and everything that is wrong with it.
 *
 * @param prefixes of annotations, without the slash, the strongest first
 */
export function readIngress(
  ingress: Ingress,
  origin: Origin | undefined,
  prefixes: readonly string[],
  surroundings: Surroundings,
): IngressReading | CanaryReading {
  const object = objectName("Ingress", ingress.metadata);
  const subject: Subject = origin === undefined ? { object } : { object, origin };
  const problems: Problem[] = [];
  const hosts = ingress.rules.length === 0 ? [""] : ingress.rules.map(({ host }) => host);
  const said = readAnnotations(subject, ingress.metadata, prefixes, surroundings, problems, hosts);
  const { canary, canaryNamespaces, routing, https, ciphers } = said;
  const unguarded = liveSetting(surroundings.global, NO_AUTH_LOCATIONS);
  const context: Context = { ...said, ingress, subject, useRegex: routing.useRegex, unguarded, problems };
  if (canary !== undefined) return readAlternatives(context, canary);
  const claims = readRules(context);
  const root = readDefaultBackend(context);
  placeDefaultBackend(context, claims, root);
  const ownRoot = ingress.rules.length === 0 ? undefined : root;
  return { ingress, subject, claims, root: ownRoot, routing, https, ciphers, canaryNamespaces, problems };
}
