import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { isIPv6 } from "node:net";
import { join } from "node:path";
import { type Clock, systemClock } from "../time/clock.ts";
import type { Access } from "./access.ts";
import { KeptFile } from "./kept-file.ts";

/** Where the kubelet puts a pod's service account. */
export const SERVICE_ACCOUNT_FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount";

export interface ServiceAccountOptions {
  readonly folder?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly clock?: Clock;
}

/** Whether this process runs in a pod with a service account. */
export function hasServiceAccount(options: ServiceAccountOptions = {}): boolean {
  const { folder = SERVICE_ACCOUNT_FOLDER, environment = process.env } = options;
  return (environment["KUBERNETES_SERVICE_HOST"] ?? "") !== "" && existsSync(join(folder, "token"));
}

/** The access that the pod's service account gives. The token and the authority's certificate may be replaced meanwhile. */
export async function serviceAccountAccess(options: ServiceAccountOptions = {}): Promise<Access> {
  const { folder = SERVICE_ACCOUNT_FOLDER, environment = process.env, clock = systemClock } = options;
  const host = environment["KUBERNETES_SERVICE_HOST"] ?? "";
  const port = environment["KUBERNETES_SERVICE_PORT"] ?? "443";
  const token = new KeptFile(join(folder, "token"), "The token of the pod's service account", clock);
  const authority = new KeptFile(join(folder, "ca.crt"), "The authority's certificate", clock);
  const namespace = await readFile(join(folder, "namespace"), "utf8").catch(() => "default");
  return {
    server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
    origin: "the pod's service account",
    namespace: namespace.trim(),
    insecure: false,
    authority: () => authority.text(),
    credentials: {
      get: async () => ({ headers: { authorization: `Bearer ${(await token.text()).trim()}` } }),
      forget: () => token.forget(),
    },
  };
}
