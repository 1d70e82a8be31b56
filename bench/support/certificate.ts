import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type CertifiedKey, makeCertificate } from "../../src/control-plane/certificates/self-signed.ts";
import { HOST } from "../subjects/subject.ts";

/** What every proxy shows its clients: ECDSA on P-256, signed by itself. */
export const CERTIFICATE: CertifiedKey = makeCertificate({ commonName: HOST, names: [HOST], days: 10 });

/** Writes the certificate and its key into a folder of a proxy. @returns the file */
export async function writeCertificate(directory: string): Promise<string> {
  const file = join(directory, "certificate.pem");
  await writeFile(file, CERTIFICATE.certificate + CERTIFICATE.key, { mode: 0o600 });
  return file;
}
