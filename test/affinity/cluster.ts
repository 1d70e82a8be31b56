import {
  type BackendIndex,
  indexBackend,
  indexPolicy,
  indexSlots,
  type PolicyIndex,
} from "../../src/affinity/backend-index.ts";
import { buildRing } from "../../src/affinity/build-ring.ts";
import { decide } from "../../src/affinity/decide.ts";
import { indexValues, type ValueIndex } from "../../src/affinity/value-index.ts";
import type { World } from "../../src/affinity/world.ts";
import { parseObject } from "../../src/control-plane/objects/parse-object.ts";
import type { ObjectChange } from "../../src/control-plane/sources/source.ts";
import { NODE_MEMORY } from "../../src/control-plane/translate/ring.ts";
import { TRANSLATE_DEFAULTS } from "../../src/control-plane/translate/translate-options.ts";
import { Translator } from "../../src/control-plane/translate/translator.ts";
import { endpointName } from "../../src/snapshot/endpoint-name.ts";
import { decodeBackend, decodeHost, decodeSlots } from "../../src/snapshot/entries.ts";
import type { AffinityMode, Endpoint } from "../../src/snapshot/model.ts";
import type { Manifest } from "../support/manifests.ts";
import { ingress, service, sticky } from "../support/manifests.ts";

const HOST = "web.example.com";
const ID = "default/web:80";

/** A pod, by its number in the cluster. */
function podAddress(seed: number, pod: number): string {
  return `10.${seed & 255}.${pod >> 8}.${pod & 255}`;
}

function slice(seed: number, pods: readonly number[], nameOf: (pod: number) => string): Manifest {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: "web-1", labels: { "kubernetes.io/service-name": "web" } },
    addressType: "IPv4",
    ports: [{ name: "http", port: 8080 }],
    endpoints: pods.map((pod) => ({
      addresses: [podAddress(seed, pod)],
      targetRef: { kind: "Pod", name: nameOf(pod), uid: `uid-${seed}-${pod}` },
    })),
  };
}

function change(manifest: Manifest): ObjectChange {
  const parsed = parseObject(manifest);
  if (!parsed.ok) throw new Error("the manifest does not parse");
  return { type: "set", object: parsed.object };
}

/** A generator of random integers that gives the same ones for the same seed (mulberry32). */
export function seededRandom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

function whole<T>(
  decoded: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string },
): T {
  if (!decoded.ok) throw new Error(decoded.error);
  return decoded.value;
}

/** One sticky Ingress on one Service, from manifests to decisions, without sockets. */
export class Cluster {
  readonly #seed: number;
  readonly #nameOf: (pod: number) => string;
  readonly #translator: Translator;
  readonly #policy: PolicyIndex;
  readonly #world: World;
  #backend: BackendIndex;
  #endpoints: readonly Endpoint[] = [];

  /**
   * @param seed makes the addresses, the pods' UIDs, the key and the random numbers
   * @param nameOf what a pod is called
   */
  constructor(seed: number, mode: AffinityMode, pods: readonly number[], nameOf = (pod: number) => `web-${pod}`) {
    this.#seed = seed;
    this.#nameOf = nameOf;
    this.#translator = new Translator({ ...TRANSLATE_DEFAULTS, keys: { current: Buffer.alloc(32, seed) } });
    const annotations = sticky({ "affinity-mode": mode });
    this.#translator.apply([ingress({ host: HOST, annotations }), service(), slice(seed, pods, nameOf)].map(change));
    const host = whole(decodeHost(this.#entry(`host/${HOST}`)));
    const affinity = host.routes[0]?.affinity;
    if (affinity === undefined) throw new Error("the Route has no affinity");
    this.#policy = indexPolicy(affinity);
    const slots = indexSlots(whole(decodeSlots(this.#entry("slots"))));
    this.#world = {
      random: seededRandom(seed),
      now: () => 1_700_000_000,
      processId: 1,
      classicCookies: "accept",
      slots: () => slots,
      ring: (backend) => backend.ring,
      values: (backend) => backend.values as ValueIndex,
    };
    this.#backend = this.#index();
  }

  /** From now on these pods are there. */
  scale(pods: readonly number[]): void {
    this.#translator.apply([change(slice(this.#seed, pods, this.#nameOf))]);
    this.#backend = this.#index();
  }

  /** The address that a request reaches, and the cookie value that its client has afterwards. */
  request(value: string): { readonly address: string; readonly value: string } {
    const cookie = value === "" ? undefined : `${this.#policy.needle}${value}`;
    const decision = decide(cookie, this.#policy, this.#backend, this.#world);
    if (decision.kind === "refuse") return { address: "", value };
    const address = this.#endpoints[decision.position]?.address ?? "";
    return { address, value: decision.value === "" ? value : decision.value };
  }

  addressOf(pod: number): string {
    return podAddress(this.#seed, pod);
  }

  #index(): BackendIndex {
    const backend = whole(decodeBackend(this.#entry(`backend/${ID}`)));
    const index = indexBackend(backend, false, 0);
    index.ring = buildRing(backend.endpoints.map(endpointName), NODE_MEMORY);
    index.values = indexValues(backend);
    this.#endpoints = backend.endpoints;
    return index;
  }

  #entry(name: string): string {
    return this.#translator.entries().get(name) ?? "";
  }
}
