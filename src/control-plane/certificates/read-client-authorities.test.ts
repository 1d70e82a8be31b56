import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { revocationsOf } from "../../../test/support/revocations.ts";
import { readClientAuthorities } from "./read-client-authorities.ts";
import { makeCertificate } from "./self-signed.ts";

const AUTHORITIES = [
  makeCertificate({ commonName: "a", names: [], days: 1, authority: true }),
  makeCertificate({ commonName: "b", names: [], days: 1, authority: true }),
] as const;
const [A, B] = [AUTHORITIES[0].certificate, AUTHORITIES[1].certificate];

function read(texts: Readonly<Record<string, string>>) {
  const data = Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, new TextEncoder().encode(text)]));
  return readClientAuthorities({
    kind: "Secret",
    metadata: { namespace: "default", name: "ca", annotations: {}, labels: {} },
    data,
  } as never);
}

describe("readClientAuthorities", () => {
  it("gives all certificates, and nothing between them", () => {
    assert.deepEqual(read({ "ca.crt": `# ours\n${A}\n\n# theirs\n${B}` }), {
      ok: true,
      value: { certificates: A + B },
    });
  });

  it("gives the lists of what was taken back", () => {
    const [a, b] = [revocationsOf(AUTHORITIES[0]), revocationsOf(AUTHORITIES[1], AUTHORITIES[0])];
    const value = { certificates: A, revocations: [a, b] };
    assert.deepEqual(read({ "ca.crt": A, "ca.crl": `# ours\n${a}\n# theirs\n${b}` }), { ok: true, value });
  });

  it("says what it cannot use", () => {
    const why = (texts: Readonly<Record<string, string>>) => {
      const found = read(texts);
      return found.ok ? "" : found.why;
    };
    assert.equal(why({ "tls.crt": A }), "ca.crt is missing");
    for (const bad of ["", "no PEM", A.replace(/\n[^-].*\n/, "\n////\n"), A + B.replace(/\n[^-].*\n/, "\n////\n")]) {
      assert.equal(why({ "ca.crt": bad }), "ca.crt holds no certificates in PEM that can be read", bad);
    }
    for (const bad of ["", A, revocationsOf(AUTHORITIES[0]).replace(/\n[^-].*\n/, "\n////\n")]) {
      const said = "ca.crl holds no lists of revoked certificates in PEM that can be read";
      assert.equal(why({ "ca.crt": A, "ca.crl": bad }), said, bad);
    }
  });
});
