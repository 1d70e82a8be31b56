import assert from "node:assert/strict";
import { test } from "node:test";
import { verificationLines, verifications } from "./verification.ts";

const TRUST = { trustDirectory: "../trust", nobodyFile: "/state/trust/nobody.pem" };

test("a location verifies by what stands in its place, and resumes no session", () => {
  assert.deepEqual(verificationLines({ protocol: "https", place: 3, depth: 2 }, TRUST), [
    "proxy_ssl_verify on;",
    "proxy_ssl_verify_depth 2;",
    'proxy_ssl_trusted_certificate "/state/trust/nobody.pem";',
    'proxy_ssl_conf_command VerifyCAStore "../trust/3.pem";',
    "proxy_ssl_session_reuse off;",
  ]);
  const grpc = verificationLines({ protocol: "grpcs", place: 1, depth: 1 }, TRUST);
  for (const line of grpc) assert.match(line, /^grpc_ssl_/);
});

test("there is no location without a place", () => {
  assert.deepEqual(verifications(0), []);
  assert.equal(new Set(verifications(8).map((it) => JSON.stringify(it))).size, 8 * 2 * 3);
});
