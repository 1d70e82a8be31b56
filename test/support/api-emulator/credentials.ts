import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** How a client reaches the emulator. */
export interface Credentials {
  readonly url: string;
  /** PEM; undefined without TLS. */
  readonly authority: string | undefined;
  /** Undefined when none is asked for. */
  readonly token: string | undefined;
}

export interface KubeconfigOptions {
  /** The token stands in a file of its own, `token` beside the kubeconfig, which can be written anew. */
  readonly tokenFile?: boolean;
  readonly namespace?: string;
}

/** Writes `kubeconfig` into a folder. JSON, which is YAML too. @returns its path */
export async function writeKubeconfig(
  directory: string,
  { url, authority, token }: Credentials,
  { tokenFile = false, namespace = "default" }: KubeconfigOptions,
): Promise<string> {
  const data =
    authority === undefined ? {} : { "certificate-authority-data": Buffer.from(authority).toString("base64") };
  const tokenPath = join(directory, "token");
  const user = token === undefined ? {} : tokenFile ? { tokenFile: tokenPath } : { token };
  const path = join(directory, "kubeconfig");
  await mkdir(directory, { recursive: true });
  if (token !== undefined && tokenFile) await writeFile(tokenPath, token);
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "emulator", cluster: { server: url, ...data } }],
    users: [{ name: "client", user }],
    contexts: [{ name: "emulator", context: { cluster: "emulator", user: "client", namespace } }],
    "current-context": "emulator",
  };
  await writeFile(path, JSON.stringify(config));
  return path;
}

/** Writes what a pod finds of its service account: `token`, `ca.crt` and `namespace`. */
export async function writeServiceAccount(
  directory: string,
  { authority = "", token = "" }: Credentials,
  namespace: string,
): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, "token"), token);
  await writeFile(join(directory, "ca.crt"), authority);
  await writeFile(join(directory, "namespace"), namespace);
}
