import { writeFile } from "node:fs/promises";

export interface Access {
  readonly url: string;
  /** PEM. */
  readonly certificateAuthority: string;
  readonly token: string;
  /** Where objects are looked for when nothing else is said. */
  readonly namespace: string;
}

/** Writes a kubeconfig (JSON is YAML) with one context: this server, as whom the token names. */
export async function writeKubeconfig(
  file: string,
  { url, certificateAuthority, token, namespace }: Access,
): Promise<void> {
  const authority = Buffer.from(certificateAuthority).toString("base64");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "test", cluster: { server: url, "certificate-authority-data": authority } }],
    users: [{ name: "test", user: { token } }],
    contexts: [{ name: "test", context: { cluster: "test", user: "test", namespace } }],
    "current-context": "test",
  };
  await writeFile(file, JSON.stringify(config), { mode: 0o600 });
}
