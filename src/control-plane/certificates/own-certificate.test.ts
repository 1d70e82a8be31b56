import assert from "node:assert/strict";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { keepOwnCertificate } from "./own-certificate.ts";
import { makeCertificate } from "./self-signed.ts";

describe("Limpet's own certificate", () => {
  let folder: string;
  let file: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "limpet-own-"));
    file = join(folder, "certificate.pem");
  });
  after(() => rm(folder, { recursive: true }));

  const read = () => readFile(file, "utf8");

  it("says whose it is, and is for its owner's eyes", async () => {
    await keepOwnCertificate(file);
    const text = await read();
    const certificate = new X509Certificate(text);
    assert.equal(certificate.subject, "CN=Limpet default certificate");
    assert.ok(certificate.checkPrivateKey(createPrivateKey(text)));
    assert.equal((await stat(file)).mode & 0o777, 0o600);
  });

  it("is kept, unless it ends soon or is none", async () => {
    const before = await read();
    await keepOwnCertificate(file);
    assert.equal(await read(), before);
    const { certificate, key } = makeCertificate({ commonName: "old", names: ["old.test"], days: 30 });
    for (const other of [certificate + key, "nothing"]) {
      await writeFile(file, other);
      await keepOwnCertificate(file);
      assert.equal(new X509Certificate(await read()).subject, "CN=Limpet default certificate");
    }
  });
});
