import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A key and its certificate, PEM. */
export interface Certificate {
  readonly key: string;
  readonly certificate: string;
}

/**
 * A certificate of 127.0.0.1 and localhost that signs itself: it is its own authority.
 *
 * @throws Error when there is no `openssl`
 */
export async function makeCertificate(): Promise<Certificate> {
  const directory = await mkdtemp(join(tmpdir(), "limpet-certificate-"));
  const key = join(directory, "key.pem");
  const certificate = join(directory, "certificate.pem");
  const names = "subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:kubernetes.default.svc";
  const subject = ["-subj", "/CN=api-emulator", "-addext", names, "-days", "2"];
  const keys = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  try {
    await run("openssl", ["req", "-x509", ...keys, ...subject, "-keyout", key, "-out", certificate]);
    return { key: await readFile(key, "utf8"), certificate: await readFile(certificate, "utf8") };
  } finally {
    await rm(directory, { recursive: true });
  }
}
