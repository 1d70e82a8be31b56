import type { Endpoint } from "../../snapshot/model.ts";
import { compareText } from "../text/compare-text.ts";
import { nodeId } from "./classic.ts";
import type { Candidate } from "./service-endpoints.ts";

/** An Endpoint and what its pin is made of: the pod, so that whoever gets its address later inherits nobody. */
export interface IdentifiedEndpoint {
  readonly endpoint: Endpoint;
  readonly identity: string;
  /** Empty where there is no pod. */
  readonly podName: string;
}

/** Whether a candidate for the same address and port says more than another, whichever slice came first. */
function isBetter(candidate: Candidate, other: Candidate): boolean {
  if (candidate.state !== other.state) return candidate.state === "ready";
  if ((candidate.uid === "") !== (other.uid === "")) return other.uid === "";
  return candidate.uid < other.uid;
}

/** One candidate for each address and port; a ready one wins. */
function joinAddresses(candidates: readonly Candidate[]): Candidate[] {
  const best = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const key = `${candidate.address} ${candidate.port}`;
    const other = best.get(key);
    if (other === undefined || isBetter(candidate, other)) best.set(key, candidate);
  }
  return [...best.values()];
}

function groupBy(candidates: readonly Candidate[], keyOf: (candidate: Candidate) => string): Map<string, Candidate[]> {
  const groups = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const key = keyOf(candidate);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [candidate]);
    else group.push(candidate);
  }
  return groups;
}

/** A pod with an address in both families is one Endpoint: the Service's first family, IPv4 when it says nothing. */
function joinFamilies(candidates: readonly Candidate[], families: readonly string[]): Candidate[] {
  const preferred = families[0] === "IPv6" ? "IPv6" : "IPv4";
  const pods = groupBy(candidates, ({ uid, port }) => (uid === "" ? "" : `${port} ${uid}`));
  return [...pods].flatMap(([pod, addresses]) => {
    const first = pod === "" ? addresses : addresses.filter(({ family }) => family === preferred);
    return first.length === 0 ? addresses : first;
  });
}

/** The pod's UID, told apart by port where it listens on several, and by address where even that is not enough. */
function identityOf(candidate: Candidate, ofSamePod: readonly Candidate[]): string {
  if (candidate.uid === "") return nodeId(candidate);
  if (ofSamePod.length === 1) return candidate.uid;
  const samePort = ofSamePod.filter(({ port }) => port === candidate.port);
  return samePort.length === 1 ? `${candidate.uid}:${candidate.port}` : `${candidate.uid}:${nodeId(candidate)}`;
}

/**
 * The Endpoints of a Backend, each once, in an order that depends on them alone: every replica of the controller gets
 * the same.
 *
 * @param families `spec.ipFamilies` of the Service
 */
export function mergeEndpoints(candidates: readonly Candidate[], families: readonly string[]): IdentifiedEndpoint[] {
  const kept = joinFamilies(joinAddresses(candidates), families);
  const pods = groupBy(kept, ({ uid }) => uid);
  kept.sort((a, b) => compareText(a.address, b.address) || a.port - b.port);
  return kept.map((candidate) => {
    const { address, port, state, uid, podName } = candidate;
    return { endpoint: { address, port, state }, identity: identityOf(candidate, pods.get(uid) ?? []), podName };
  });
}
