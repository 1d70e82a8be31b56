import { indexPolicy, type PolicyIndex } from "../affinity/backend-index.ts";
import { type HostIndex, indexHost } from "../routing/host-index.ts";
import { encode } from "../snapshot/codec.ts";
import { decodeHost, hostEntry } from "../snapshot/entries.ts";
import type { AffinityPolicy, Route } from "../snapshot/model.ts";
import type { HostPolicies, RoutePolicies } from "../snapshot/route-policies.ts";
import { accept, readEntry } from "./current-entries.ts";
import { interpreted } from "./interpreted.ts";
import { tallyOf } from "./metrics/registry.ts";
import type { Tally } from "./metrics/tally.ts";
import { forget, forgetAll, newRecent, remember, revive } from "./recent.ts";

/** What a request needs to know of its Route; whose it is stands in the tally. */
export interface RouteIndex {
  /** The id of the Backend. */
  readonly backend: string;
  readonly policy: PolicyIndex | undefined;
  readonly policies: RoutePolicies | undefined;
  /** What is left of them for requests over TLS. */
  readonly tlsPolicies: RoutePolicies | undefined;
  readonly hostPolicies: HostPolicies | undefined;
  readonly tally: Tally;
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

function policyOf(affinity: AffinityPolicy): PolicyIndex {
  const key = encode(affinity);
  const known = policies[key];
  if (known !== undefined) return known;
  if (policyCount === MOST_POLICIES) forgetPolicies();
  const policy = indexPolicy(affinity);
  policies[key] = policy;
  policyCount++;
  return policy;
}

function forgetPolicies(): void {
  policies = {};
  policyCount = 0;
}

/** Most Routes with TLS have the redirect to HTTPS and nothing else: over TLS they are as plain as any. */
function withoutHttpsRedirect(policies: RoutePolicies | undefined): RoutePolicies | undefined {
  if (policies?.httpsRedirect === undefined) return policies;
  const { httpsRedirect: _, ...rest } = policies;
  return Object.keys(rest).length === 0 ? undefined : rest;
}

export function prepareRoute(
  { backend, ingress, service, affinity, policies }: Route,
  hostPolicies?: HostPolicies,
): RouteIndex {
  const policy = affinity === undefined ? undefined : policyOf(affinity);
  const tlsPolicies = withoutHttpsRedirect(policies);
  return { backend, policy, policies, tlsPolicies, hostPolicies, tally: tallyOf(ingress, service) };
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
