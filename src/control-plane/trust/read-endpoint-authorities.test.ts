import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { makeCertificate } from "../certificates/self-signed.ts";
import { readEndpointAuthorities } from "./read-endpoint-authorities.ts";

function authority(commonName: string): string {
  return makeCertificate({ commonName, names: [], days: 1, authority: true }).certificate;
}

describe("ca.crt", () => {
  const [one, other] = [authority("one"), authority("other")] as [string, string];

  it("reads the same for the same authorities, however they stand there", () => {
    const expected = readEndpointAuthorities(one + other);
    assert.ok(expected.ok);
    for (const text of [other + one, `# one\r\n${one.replaceAll("\n", "\r\n")}\n${other}${one}`]) {
      assert.deepEqual(readEndpointAuthorities(text), expected);
    }
    assert.notDeepEqual(readEndpointAuthorities(one), expected);
  });

  it("is refused whole when it is missing, empty, or holds something that is no certificate", () => {
    const broken = one.replace(/\n.{40}/, "\n");
    const none = /^its ca\.crt is no list of certificates in PEM$/;
    for (const text of ["", "authorities", one + broken]) {
      const reading = readEndpointAuthorities(text);
      assert.ok(!reading.ok, text);
      assert.match(reading.why, none);
    }
    assert.deepEqual(readEndpointAuthorities(undefined), { ok: false, why: "it has no ca.crt" });
  });
});
