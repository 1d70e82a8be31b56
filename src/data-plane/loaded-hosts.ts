import { indexPolicy, type PolicyIndex } from "../affinity/backend-index.ts";
import type { CanaryIndex } from "../policies/canary/share.ts";
import { type HostIndex, indexHost } from "../routing/host-index.ts";
import { encode } from "../snapshot/codec.ts";
import { decodeHost, hostEntry } from "../snapshot/entries.ts";
import type { AffinityPolicy, Route } from "../snapshot/model.ts";
import type { CanaryPolicy, HostPolicies, RoutePolicies } from "../snapshot/route-policies.ts";
import { accept, readEntry } from "./current-entries.ts";
import { currentSettings } from "./current-settings.ts";
import { interpreted } from "./interpreted.ts";
import { tallyOf } from "./metrics/registry.ts";
import type { Tally } from "./metrics/tally.ts";
import { forget, forgetAll, newRecent, remember, revive } from "./recent.ts";

/** What a Route asks for besides its Backend, and what its host does. */
export interface ServedPolicies extends RoutePolicies {
  readonly ofHost?: HostPolicies;
}

/**
 * What a request needs to know of its Route; whose it is stands in the tally. Eight fields fill a Lua table of eight places:
 * a ninth would double it, for each Route that a worker holds.
 */
export interface RouteIndex {
  /** As the Ingress wrote it. */
  readonly path: string;
  /** The id of the Backend. */
  readonly backend: string;
  readonly policy: PolicyIndex | undefined;
  readonly policies: ServedPolicies | undefined;
  /** What is left of them for requests over TLS. */
  readonly tlsPolicies: ServedPolicies | undefined;
  readonly canary: CanaryRoute | undefined;
  /** Whether it is the canary's side of another. */
  readonly isCanary: boolean;
  readonly tally: Tally;
}

/** A Route's canary and where it leads. */
export interface CanaryRoute extends CanaryIndex {
  /** The Route of the requests that the canary gets; its affinity is that of sessions on the canary. */
  readonly route: RouteIndex;
}

type LoadedHost = HostIndex<RouteIndex>;

/** Bytes, roughly: of a host with its Routes, and of all hosts that a worker holds. */
const HOST_WEIGHT = 1000;
const MOST_WEIGHT = 16 * 1048576;

const hosts = newRecent<LoadedHost>(MOST_WEIGHT, () => HOST_WEIGHT);

/** Most Ingresses say the same about affinity: Routes that do share one policy. */
let policies: Record<string, PolicyIndex | undefined> = {};
let policyCount = 0;
const MOST_POLICIES = 1000;

/** @param second see PolicyIndex */
function policyOf(affinity: AffinityPolicy, second: string): PolicyIndex {
  const key = second + encode(affinity);
  const known = policies[key];
  if (known !== undefined) return known;
  if (policyCount === MOST_POLICIES) forgetPolicies();
  const policy = indexPolicy(affinity, second);
  policies[key] = policy;
  policyCount++;
  return policy;
}

function forgetPolicies(): void {
  policies = {};
  policyCount = 0;
}

/** The one place where a RouteIndex is made: LuaJIT compiles a request once for tables of one layout. */
function routeIndex(
  path: string,
  backend: string,
  policy: PolicyIndex | undefined,
  policies: ServedPolicies | undefined,
  tlsPolicies: ServedPolicies | undefined,
  canary: CanaryRoute | undefined,
  isCanary: boolean,
  tally: Tally,
): RouteIndex {
  return { path, backend, policy, policies, tlsPolicies, canary, isCanary, tally };
}

/** Of Routes that ask for nothing themselves where their host or the global settings do: they too meet the code that reads policies. */
const NO_POLICIES: RoutePolicies = {};

/** Most Routes with TLS have the redirect to HTTPS and nothing else: over TLS they are as plain as any. */
function withoutHttpsRedirect(policies: RoutePolicies | undefined): RoutePolicies | undefined {
  if (policies?.httpsRedirect === undefined) return policies;
  const { httpsRedirect: _, ...rest } = policies;
  return Object.keys(rest).length === 0 ? undefined : rest;
}

/** Undefined where nobody asks for anything. */
function served(policies: RoutePolicies | undefined, ofHost: HostPolicies | undefined): ServedPolicies | undefined {
  if (ofHost !== undefined) return { ...(policies ?? NO_POLICIES), ofHost };
  return policies ?? (currentSettings().policies === undefined ? undefined : NO_POLICIES);
}

function prepareCanary(route: Route, canary: CanaryPolicy, policies: ServedPolicies | undefined): CanaryRoute {
  const { path, ingress, affinity } = route;
  const policy = affinity === undefined || !canary.sticky ? undefined : policyOf(affinity, canary.mark);
  const tally = tallyOf(ingress, canary.service);
  const other = routeIndex(path, canary.backend, policy, policies, policies, undefined, true, tally);
  // Workers that start together must not give their numbers in step.
  return { policy: canary, route: other, next: Math.random() };
}

export function prepareRoute(route: Route, hostPolicies?: HostPolicies): RouteIndex {
  const { path, backend, ingress, service, affinity, policies } = route;
  const policy = affinity === undefined ? undefined : policyOf(affinity, "");
  const own = served(policies, hostPolicies);
  const tls = served(withoutHttpsRedirect(policies), hostPolicies);
  const canary = policies?.canary === undefined ? undefined : prepareCanary(route, policies.canary, own);
  return routeIndex(path, backend, policy, own, tls, canary, false, tallyOf(ingress, service));
}

/** The same Route for one session whose cookie holds something of its own. @param second see PolicyIndex */
export function withSecond(route: RouteIndex, second: string): RouteIndex {
  const { path, backend, policy, policies, tlsPolicies, canary, isCanary, tally } = route;
  if (policy === undefined || policy.second === second) return route;
  const own = indexPolicy(policy.policy, second);
  return routeIndex(path, backend, own, policies, tlsPolicies, canary, isCanary, tally);
}

/** The same Route where another Backend answers in its place: without affinity, as its sessions are none of that one's. */
export function answeredBy(route: RouteIndex, backend: string): RouteIndex {
  const { path, policies, tlsPolicies, tally } = route;
  return routeIndex(path, backend, undefined, policies, tlsPolicies, undefined, false, tally);
}

function decodeLoaded(bytes: string): LoadedHost | undefined {
  const decoded = accept(decodeHost(bytes));
  return decoded === undefined ? undefined : indexHost(decoded, (route) => prepareRoute(route, decoded.policies));
}

function loadHost(name: string): LoadedHost | undefined {
  const former = revive(hosts, name);
  if (former !== undefined) return former;
  const bytes = readEntry(hostEntry(name));
  const host = bytes === undefined ? undefined : interpreted(() => decodeLoaded(bytes));
  if (host !== undefined) remember(hosts, name, host);
  return host;
}

/** The declared host of that name; it is decoded when a request first needs it. */
export function findHost(name: string): LoadedHost | undefined {
  return hosts.young[name] ?? loadHost(name);
}

export function forgetHost(name: string): void {
  forget(hosts, name);
}

export function forgetHosts(): void {
  forgetAll(hosts);
  forgetPolicies();
}
