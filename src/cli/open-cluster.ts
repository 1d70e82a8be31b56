import type { Access } from "../control-plane/kubernetes/access.ts";
import type { ApiClient } from "../control-plane/kubernetes/api-client.ts";
import { findAccess } from "../control-plane/kubernetes/find-access.ts";
import { openApiClient } from "../control-plane/kubernetes/http-api-client.ts";
import type { KubeconfigFlags } from "./run-flags.ts";
import { CommandFailure } from "./terminal.ts";
import { limpetVersion } from "./version.ts";

/** A cluster to be read. */
export interface Cluster {
  readonly client: ApiClient;
  /** For people: where its API server is, and who said so. */
  readonly name: string;
  /** That of this pod, or of the kubeconfig's context. */
  readonly namespace: string;
}

async function access(flags: KubeconfigFlags): Promise<Access | undefined> {
  try {
    return await findAccess(flags.kubeconfig === undefined ? {} : { kubeconfig: flags.kubeconfig });
  } catch (error) {
    throw new CommandFailure(1, (error as Error).message);
  }
}

/**
 * Opens the cluster that flags and environment name; connects with the first request.
 *
 * @throws CommandFailure when they name none, or what names it cannot be used
 */
export async function openCluster(flags: KubeconfigFlags): Promise<Cluster> {
  const found = await access(flags);
  if (found === undefined) {
    throw new CommandFailure(
      2,
      "No source is named: name a folder of manifests with --manifests DIR, or a cluster with --kubeconfig FILE or $KUBECONFIG; in a pod, its service account is taken.",
    );
  }
  const client = openApiClient({ access: found, version: limpetVersion() });
  const namespace = process.env["POD_NAMESPACE"] || found.namespace;
  return { client, name: `${found.server} (${found.origin})`, namespace };
}
