import fc from "fast-check";
import { encode } from "../../src/snapshot/codec.ts";
import type { AffinityMode, ClassicCookies, Endpoint } from "../../src/snapshot/model.ts";
import { SEALED_LENGTH, SLOT_COUNT } from "../../src/snapshot/model.ts";
import {
  backendOf,
  CANARY_MARK,
  CLASSIC_KEY,
  canaryBackendOf,
  classicPinOf,
  FORMER_CANARY_MARK,
  pinOf,
  policyOf,
  ready,
  ringOf,
  SLOTS,
} from "../support/affinity.ts";
import { canaryEndpoints, canaryPolicyOf } from "../support/canary.ts";
import type { Case, Things } from "./runtimes.ts";

const MAINS: readonly (readonly Endpoint[])[] = [ready(1), ready(4)];
const CANARIES: readonly (readonly Endpoint[])[] = [canaryEndpoints(3), []];
const CANARY = canaryBackendOf(canaryEndpoints(3));

/** The Backends that the cases are about: first the mains, then the canaries. */
export const CANARY_THINGS: Things = {
  backends: [...MAINS.map((endpoints) => backendOf(endpoints)), ...CANARIES.map(canaryBackendOf)].map(encode),
  rings: [...MAINS, ...CANARIES].map((endpoints) => Buffer.from(ringOf(endpoints)).toString("latin1")),
  slots: encode(SLOTS),
};

const slotValue = fc
  .tuple(fc.nat(SLOT_COUNT - 1), fc.boolean())
  .map(([slot, former]) =>
    (former ? SLOTS.formerValues : SLOTS.values).substring(slot * SEALED_LENGTH, (slot + 1) * SEALED_LENGTH),
  );
const sealed = fc.oneof(
  slotValue,
  fc.constantFrom(...ready(5).map(pinOf), ...CANARY.pins, ...CANARY.formerPins, "AAAAAAAAAAAAAAAA"),
);
const second = fc.oneof(
  fc.constant(""),
  slotValue,
  fc.constantFrom(CANARY_MARK, FORMER_CANARY_MARK, "BBBBBBBBBBBBBBBB", "not base64url!!!"),
);
const stamp = fc.oneof(
  fc.constant(""),
  fc.integer({ min: 1_699_990_000, max: 1_700_010_000 }).map((seconds) => `.${seconds}`),
);
const classic = fc.constantFrom(
  ...ready(2).map(classicPinOf),
  `1700000001.123.38.264157|${CLASSIC_KEY}`,
  `1700000001.123.38.264157|${CANARY.classicKey}`,
  `${CANARY.classicPins[0]}|${CANARY.classicKey}`,
  "1700000001.123.38.264157",
  "|",
);
const value = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(sealed, second, stamp).map((parts) => parts.join("")) },
  { weight: 2, arbitrary: classic },
  fc.constantFrom("", "always", "never", '"always"', "x"),
);
const pair = fc
  .tuple(fc.constantFrom("C=", "c=", "Pick=", "pick =", " pick=", "C"), value)
  .map(([name, text]) => name + text);
const cookies = fc
  .tuple(fc.array(pair, { maxLength: 3 }), fc.constantFrom("; ", ";", ",", ";; "))
  .map(([pairs, between]) => pairs.join(between));

const canary = fc
  .record(
    {
      weight: fc.constantFrom(0, 1, 10, 50, 99, 100, 1000),
      total: fc.constantFrom(100, 1000),
      header: fc.constant("x_canary"),
      headerValue: fc.constantFrom("yes", "always"),
      headerPattern: fc.constantFrom("es", "("),
      cookie: fc.constantFrom("pick", "C"),
      sticky: fc.boolean(),
      follow: fc.boolean(),
    },
    { requiredKeys: ["weight", "total", "sticky", "follow"] },
  )
  .map(canaryPolicyOf);

const affinity = fc.oneof(
  { weight: 1, arbitrary: fc.constant(false as const) },
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom<AffinityMode>("balanced", "persistent"), fc.constantFrom(undefined, 0, 1000))
      .map(([mode, maxAge]) => policyOf(maxAge === undefined ? { mode } : { mode, maxAge })),
  },
);

const canaryCase: fc.Arbitrary<Case> = fc
  .record({
    main: fc.nat(1),
    canary: fc.constantFrom(2, 2, 2, 3),
    affinity,
    policy: canary,
    classicCookies: fc.constantFrom<ClassicCookies>("accept", "write", "off"),
    cookies,
    header: fc.constantFrom("", "always", "never", "yes", "es"),
    seed: fc.nat(1_000_000),
    milliseconds: fc.integer({ min: 0, max: 9_999_999 }),
    next: fc.nat(1023).map((number) => number / 1024),
  })
  .map((it) => {
    const now = (1_700_000_000_000 + it.milliseconds) / 1000;
    const policy = it.affinity === false ? false : { ...it.affinity };
    const request = [it.classicCookies, it.cookies, it.header, it.seed, now, it.next];
    return ["canary", it.main, it.canary, policy, { ...it.policy }, ...request];
  });

export function canaryCases(count: number, seed: number): readonly Case[] {
  return fc.sample(canaryCase, { numRuns: count, seed });
}
