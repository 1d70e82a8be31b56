import assert from "node:assert/strict";
import {
  type BackendIndex,
  indexBackend,
  indexPolicy,
  indexSlots,
  type PolicyIndex,
} from "../../src/affinity/backend-index.ts";
import { indexValues, type ValueIndex } from "../../src/affinity/value-index.ts";
import type { World } from "../../src/affinity/world.ts";
import { classicKey, classicPin, nodeId } from "../../src/control-plane/translate/classic.ts";
import { readRing, ringBytes } from "../../src/control-plane/translate/ring.ts";
import { createSeal } from "../../src/control-plane/translate/seal.ts";
import type { AffinityPolicy, Backend, ClassicCookies, Endpoint, EndpointState } from "../../src/snapshot/model.ts";
import type { Ring } from "../../src/snapshot/ring.ts";

/** What decisions are made from, built as the control plane builds it, without Kubernetes objects. */

/** The name that ingress-nginx gives the Backend of these tests. */
export const CLASSIC_NAME = "shop-web-80";
export const CLASSIC_KEY = classicKey(CLASSIC_NAME);

const seal = createSeal({ current: new Uint8Array(32).fill(1), former: new Uint8Array(32).fill(2) });
export const SLOTS = seal.slots;
const slotIndex = indexSlots(SLOTS);

/** Seconds since 1970 at which every test begins. */
export const NOW = 1_700_000_000.123;

/** Endpoints with these states, at 10.0.0.1:8080, 10.0.0.2:8080, … */
export function endpointsOf(states: readonly EndpointState[]): Endpoint[] {
  return states.map((state, i) => ({ address: `10.0.0.${i + 1}`, port: 8080, state }));
}

export function ready(count: number): Endpoint[] {
  return endpointsOf(new Array<EndpointState>(count).fill("ready"));
}

/** The sealed value of an Endpoint, as long as the key is the current one. */
export function pinOf(endpoint: Endpoint): string {
  return seal.pin("uid", nodeId(endpoint)).current;
}

export function formerPinOf(endpoint: Endpoint): string {
  return seal.pin("uid", nodeId(endpoint)).former as string;
}

/** What ingress-nginx's persistent mode issues for an Endpoint. */
export function classicPinOf(endpoint: Endpoint): string {
  return `${classicPin(CLASSIC_NAME, nodeId(endpoint))}|${CLASSIC_KEY}`;
}

/** The id of the canary of these tests, and the mark of its sessions. */
export const CANARY_ID = "shop/next:80";
export const CANARY_MARK = seal.mark(CANARY_ID).current;
export const FORMER_CANARY_MARK = seal.mark(CANARY_ID).former as string;
const CANARY_NAME = "shop-next-80";

/** A Backend of another Service, with these Endpoints. */
export function canaryBackendOf(endpoints: readonly Endpoint[]): Backend {
  const pins = endpoints.map((endpoint) => seal.pin("uid of next", nodeId(endpoint)));
  return {
    id: CANARY_ID,
    endpoints,
    pins: pins.map(({ current }) => current),
    formerPins: pins.map(({ former }) => former as string),
    classicPins: endpoints.map((endpoint) => classicPin(CANARY_NAME, nodeId(endpoint))),
    classicKey: classicKey(CANARY_NAME),
    departed: [],
  };
}

/** @param newest positions of those that stay when a roll-out is over */
export function backendOf(
  endpoints: readonly Endpoint[],
  departed: readonly Endpoint[] = [],
  newest?: readonly number[],
): Backend {
  return {
    id: "shop/web:80",
    endpoints,
    pins: endpoints.map(pinOf),
    formerPins: endpoints.map(formerPinOf),
    classicPins: endpoints.map((endpoint) => classicPin(CLASSIC_NAME, nodeId(endpoint))),
    classicKey: CLASSIC_KEY,
    departed: departed.map(pinOf),
    ...(newest === undefined ? {} : { newest }),
  };
}

/** The bytes of a Backend's ring. */
export function ringOf(endpoints: readonly Endpoint[]): Uint8Array {
  return ringBytes(endpoints.map(nodeId));
}

export function policyOf(settings: Partial<AffinityPolicy> = {}): AffinityPolicy {
  return {
    mode: "persistent",
    cookieName: "C",
    cookiePath: "/",
    secure: "auto",
    conditionalSameSiteNone: false,
    changeOnFailure: false,
    ...settings,
  };
}

/** A Backend made ready, with its ring and its values at hand. */
export function indexOf(backend: Backend, classicCookies: ClassicCookies = "accept", start = 0): BackendIndex {
  const index = indexBackend(backend, classicCookies === "write", start);
  if (index.size > 0) index.ring = readRing(ringOf(backend.endpoints));
  index.values = indexValues(backend);
  return index;
}

/** A random integer below a limit, the same sequence for the same seed (Park and Miller's generator). */
export function randomFrom(seed: number): (limit: number) => number {
  let state = (seed % 2147483646) + 1;
  return (limit) => {
    state = (state * 16807) % 2147483647;
    return state % limit;
  };
}

export interface TestWorld extends World {
  /** Moves the clock. */
  time: number;
}

export function worldOf(classicCookies: ClassicCookies = "accept", seed = 1): TestWorld {
  const world: TestWorld = {
    time: NOW,
    random: randomFrom(seed),
    now: () => world.time,
    processId: 38,
    classicCookies,
    slots: () => slotIndex,
    ring: (backend) => backend.ring,
    values: (backend) => backend.values as ValueIndex,
  };
  return world;
}

/** For decisions that go by no cookie. @param random gives an integer below a limit */
export function worldWithoutCookies(random: (limit: number) => number, ring?: Ring): World {
  return {
    random,
    now: () => 0,
    processId: 1,
    classicCookies: "accept",
    slots: () => undefined,
    ring: () => ring,
    values: () => assert.fail("no cookie value is looked at"),
  };
}

/** A Backend, a policy and a world that belong together. */
export interface Scene {
  readonly endpoints: readonly Endpoint[];
  readonly policy: PolicyIndex;
  readonly backend: BackendIndex;
  readonly world: TestWorld;
}

export interface SceneOptions {
  readonly endpoints?: readonly Endpoint[];
  readonly departed?: readonly Endpoint[];
  readonly newest?: readonly number[];
  readonly policy?: Partial<AffinityPolicy>;
  readonly classicCookies?: ClassicCookies;
  readonly seed?: number;
}

export function sceneOf(options: SceneOptions = {}): Scene {
  const world = worldOf(options.classicCookies, options.seed);
  const endpoints = options.endpoints ?? ready(4);
  const backend = indexOf(backendOf(endpoints, options.departed, options.newest), world.classicCookies);
  return { endpoints, policy: indexPolicy(policyOf(options.policy)), backend, world };
}
