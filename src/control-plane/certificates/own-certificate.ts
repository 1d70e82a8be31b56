import { X509Certificate } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { makeCertificate } from "./self-signed.ts";

/** What a client sees of it says that it is nobody's. */
const COMMON_NAME = "Limpet default certificate";
const NAME = "default.limpet.invalid";

/** NGINX reads it when it starts, and may run for long. */
const DAYS = 3650;
const LEFT_MS = 365 * 86_400_000;

async function isKept(file: string): Promise<boolean> {
  try {
    return new X509Certificate(await readFile(file)).validToDate.getTime() > Date.now() + LEFT_MS;
  } catch {
    return false;
  }
}

/**
 * Sees to it that a file holds a key and a certificate that signs itself, for whoever asks before there is a better one or
 * for a host that has none. One that is there and valid for long is kept. Only its owner can read it.
 */
export async function keepOwnCertificate(file: string): Promise<void> {
  if (await isKept(file)) return;
  const { key, certificate } = makeCertificate({ commonName: COMMON_NAME, names: [NAME], days: DAYS });
  await writeFile(`${file}.new`, certificate + key, { mode: 0o600 });
  await rename(`${file}.new`, file);
}
