// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { sameInstallation } from "./npm-packages.mjs";

const ZOD = { version: "1.0.0", integrity: "sha512-a" };

test("packages are installed again when one is missing, has another version or other bytes", () => {
  const wanted = { "": {}, "node_modules/zod": ZOD };
  assert.equal(sameInstallation(wanted, { "node_modules/zod": ZOD }), true);
  assert.equal(sameInstallation(wanted, {}), false);
  assert.equal(sameInstallation(wanted, { "node_modules/zod": { ...ZOD, version: "1.0.1" } }), false);
  assert.equal(sameInstallation(wanted, { "node_modules/zod": { ...ZOD, integrity: "sha512-b" } }), false);
});

test("packages for other platforms may be missing, and others may be there", () => {
  const wanted = { "node_modules/darwin": { version: "1.0.0", optional: true } };
  assert.equal(sameInstallation(wanted, { "node_modules/more": ZOD }), true);
});
