import assert from "node:assert/strict";
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import pino from "pino";
import { type CertifiedKey, makeCertificate } from "../certificates/self-signed.ts";
import { CertificateFiles } from "./certificate-files.ts";

const LOG = pino({ level: "silent" });

function pair(): CertifiedKey {
  return makeCertificate({ commonName: "limpet", names: ["localhost"], days: 1 });
}

describe("a certificate in files", () => {
  let folder: string;
  let files: CertificateFiles;
  let served: string[];
  let arrived = Promise.withResolvers<void>();

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "limpet-certificate-"));
    files = new CertificateFiles({ certificate: join(folder, "tls.crt"), key: join(folder, "tls.key"), log: LOG });
    served = [];
    arrived = Promise.withResolvers();
  });
  afterEach(async () => {
    await files.stop();
    await rm(folder, { recursive: true });
  });

  function use({ certificate }: CertifiedKey): void {
    served.push(certificate);
    if (served.length > 1) arrived.resolve();
  }

  async function write({ certificate, key }: CertifiedKey, at = folder): Promise<void> {
    await writeFile(join(at, "tls.crt"), certificate);
    await writeFile(join(at, "tls.key"), key);
  }

  it("is taken up again when both files have been written", async () => {
    const [one, other] = [pair(), pair()];
    await write(one);
    await files.start(use);
    await write(other);
    await arrived.promise;
    assert.deepEqual(served, [one.certificate, other.certificate]);
  });

  it("is taken up again when a mounted Secret's link is moved", async () => {
    const [one, other] = [pair(), pair()];
    for (const [name, it] of [
      ["one", one],
      ["other", other],
    ] as const) {
      await mkdir(join(folder, name));
      await write(it, join(folder, name));
    }
    await symlink("one", join(folder, "..data"));
    for (const file of ["tls.crt", "tls.key"]) await symlink(`..data/${file}`, join(folder, file));
    await files.start(use);
    await symlink("other", join(folder, "..data_tmp"));
    await rename(join(folder, "..data_tmp"), join(folder, "..data"));
    await arrived.promise;
    assert.deepEqual(served, [one.certificate, other.certificate]);
  });

  it("has to be there, to be one, and to belong together", async () => {
    await assert.rejects(files.start(use), /tls.crt cannot be read \(ENOENT\)/);
    await write({ certificate: "none", key: "none" });
    await assert.rejects(files.start(use), /cannot be used/);
    await write({ ...pair(), key: pair().key });
    await assert.rejects(files.start(use), /do not belong together/);
    assert.deepEqual(served, []);
  });
});
