import assert from "node:assert/strict";
import { test } from "node:test";
import { VERIFY_DEPTHS, verifiedName } from "../../snapshot/verified-profiles.ts";
import { encodeEntry } from "../translate/encode-entry.ts";
import { storedPlaces } from "./stored-places.ts";

test("the places that a stored Snapshot names are found in its bytes", () => {
  const names = VERIFY_DEPTHS.map((depth) => verifiedName({ protocol: "https", place: depth + 20, depth }));
  const grpcs = verifiedName({ protocol: "grpcs", place: 3, depth: 1 });
  const entries = new Map([
    ["host/a.test", encodeEntry({ routes: names.map((profile) => ({ profile })) })],
    ["host/b.test", encodeEntry({ routes: [{ profile: grpcs }, { profile: "@https-32k" }] })],
  ]);
  assert.deepEqual([...storedPlaces(entries)], [21, 22, 23, 3]);
});

test("there are none without a Snapshot", () => {
  assert.equal(storedPlaces(undefined).size, 0);
});
