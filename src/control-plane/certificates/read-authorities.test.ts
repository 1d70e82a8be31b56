import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readAuthorities } from "./read-authorities.ts";
import { makeCertificate } from "./self-signed.ts";

const [A, B] = ["a", "b"]
  .map((commonName) => makeCertificate({ commonName, names: [], days: 1, authority: true }))
  .map(({ certificate }) => certificate) as [string, string];

function read(texts: Readonly<Record<string, string>>) {
  const data = Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, new TextEncoder().encode(text)]));
  return readAuthorities({
    kind: "Secret",
    metadata: { namespace: "default", name: "ca", annotations: {}, labels: {} },
    data,
  } as never);
}

describe("readAuthorities", () => {
  it("gives all certificates, and nothing between them", () => {
    assert.deepEqual(read({ "ca.crt": `# ours\n${A}\n\n# theirs\n${B}` }), { ok: true, certificates: A + B });
  });

  it("says what it cannot use", () => {
    const why = (texts: Readonly<Record<string, string>>) => {
      const found = read(texts);
      return found.ok ? "" : found.why;
    };
    assert.equal(why({ "tls.crt": A }), "ca.crt is missing");
    for (const bad of ["", "no PEM", A.replace(/\n[^-].*\n/, "\n////\n"), A + B.replace(/\n[^-].*\n/, "\n////\n")]) {
      assert.equal(why({ "ca.crt": bad }), "ca.crt holds no PEM certificates that can be read", bad);
    }
    assert.match(why({ "ca.crt": A, "ca.crl": "x" }), /^ca\.crl/);
  });
});
