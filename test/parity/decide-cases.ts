import fc from "fast-check";
import { encode } from "../../src/snapshot/codec.ts";
import {
  type AffinityMode,
  type ClassicCookies,
  type Endpoint,
  SEALED_LENGTH,
  SLOT_COUNT,
} from "../../src/snapshot/model.ts";
import {
  backendOf,
  CLASSIC_KEY,
  classicPinOf,
  endpointsOf,
  formerPinOf,
  pinOf,
  policyOf,
  ready,
  ringOf,
  SLOTS,
} from "../support/affinity.ts";
import type { Case, Things } from "./runtimes.ts";

const GONE: Endpoint = { address: "10.9.9.9", port: 8080, state: "ready" };
const IPV6: readonly Endpoint[] = [
  { address: "fd00:10:244::5", port: 8080, state: "ready" },
  { address: "fd00:10:244:1::7", port: 8080, state: "draining" },
];

interface Pooled {
  readonly endpoints: readonly Endpoint[];
  /** Positions of those that stay when a roll-out is over; absent: there is none. */
  readonly newest?: readonly number[];
}

const POOLS: readonly Pooled[] = [
  { endpoints: ready(1) },
  { endpoints: ready(2) },
  { endpoints: ready(4) },
  { endpoints: endpointsOf(["ready", "draining", "ready", "draining", "ready"]) },
  { endpoints: endpointsOf(["draining", "draining"]) },
  { endpoints: ready(12) },
  { endpoints: IPV6 },
  { endpoints: [] },
  { endpoints: endpointsOf(["joining", "ready", "ready", "joining"]) },
  { endpoints: ready(6), newest: [4] },
  { endpoints: endpointsOf(["ready", "draining", "ready", "joining", "ready", "ready"]), newest: [0, 4] },
];

/** The Backends that the cases are about. */
export const DECIDE_THINGS: Things = {
  backends: POOLS.map(({ endpoints, newest }) => encode(backendOf(endpoints, [GONE], newest))),
  rings: POOLS.map(({ endpoints }) => Buffer.from(ringOf(endpoints)).toString("latin1")),
  slots: encode(SLOTS),
};

function slotValue(slot: number, values: string): string {
  return values.substring(slot * SEALED_LENGTH, (slot + 1) * SEALED_LENGTH);
}

const slot = fc.nat(SLOT_COUNT - 1);
const pooled = fc.constantFrom(...POOLS.flatMap(({ endpoints }) => endpoints), GONE);
const ringKey = fc
  .tuple(fc.integer({ min: 1_600_000_000, max: 1_800_000_000 }), fc.nat(999), fc.nat(99_999), fc.nat(999_999))
  .map((parts) => parts.join("."));
const sealed = fc.oneof(
  pooled.map(pinOf),
  pooled.map(formerPinOf),
  slot.map((it) => slotValue(it, SLOTS.values)),
  slot.map((it) => slotValue(it, SLOTS.formerValues)),
  fc.constant("AAAAAAAAAAAAAAAA"),
);
const stamped = fc
  .tuple(sealed, fc.integer({ min: 1_699_990_000, max: 1_700_010_000 }))
  .map((parts) => parts.join("."));
const classic = fc.oneof(
  pooled.map(classicPinOf),
  pooled.map((endpoint) => classicPinOf(endpoint).substring(0, 32)),
  ringKey,
  ringKey.map((key) => `${key}|${CLASSIC_KEY}`),
  ringKey.map((key) => `${key}||0123456789abcdef0123456789abcdef`),
);
const odd = fc.oneof(
  fc.constantFrom("", "|", "||", "k|b", "constructor", "__proto__", "x", '"', '""', "C=", "xC=y"),
  fc.array(fc.integer({ min: 1, max: 255 }), { maxLength: 30 }).map((codes) => String.fromCharCode(...codes)),
);
const value = fc.oneof(
  { weight: 3, arbitrary: sealed },
  { weight: 2, arbitrary: stamped },
  { weight: 3, arbitrary: classic },
  odd,
);
const cookie = fc.oneof(
  { weight: 6, arbitrary: value.map((it) => `C=${it}`) },
  value.map((it) => `C="${it}"`),
  value.map((it) => `C=${it} `),
  value.map((it) => `xC=${it}`),
  fc.constantFrom("", "a", "a=1", "=", " "),
);
const header = fc.oneof(
  { weight: 1, arbitrary: fc.constant(false as const) },
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.array(cookie, { minLength: 1, maxLength: 4 }), fc.constantFrom("; ", ";", ";;", " "))
      .map(([cookies, between]) => cookies.join(between)),
  },
);
const policy = fc
  .record({
    mode: fc.constantFrom<AffinityMode>("balanced", "persistent"),
    changeOnFailure: fc.boolean(),
    maxAge: fc.constantFrom(undefined, 0, -1, 1000, 3601),
    expires: fc.constantFrom(undefined, 1001),
  })
  .map(({ maxAge, expires, ...settings }) =>
    policyOf({
      ...settings,
      ...(maxAge === undefined ? {} : { maxAge }),
      ...(expires === undefined ? {} : { expires }),
    }),
  );

/** Decisions over every Backend, mode, setting and sort of cookie, with their further attempts. */
const decision: fc.Arbitrary<Case> = fc
  .record({
    backend: fc.nat(POOLS.length - 1),
    policy: fc.oneof({ weight: 9, arbitrary: policy }, fc.constant(false as const)),
    classicCookies: fc.constantFrom<ClassicCookies>("accept", "write", "off"),
    header,
    seed: fc.nat(1_000_000),
    milliseconds: fc.integer({ min: 0, max: 9_999_999 }),
    failures: fc.nat(4),
  })
  .map((it) => {
    const now = (1_700_000_000_000 + it.milliseconds) / 1000;
    const affinity = it.policy === false ? false : { ...it.policy };
    return ["decide", it.backend, affinity, it.classicCookies, it.header, it.seed, now, it.failures];
  });

export function decideCases(count: number, seed: number): readonly Case[] {
  return fc.sample(decision, { numRuns: count, seed });
}
