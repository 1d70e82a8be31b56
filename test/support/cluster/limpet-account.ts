import type { Manifest } from "../manifests.ts";
import { type Installed, plainManifests, rbacOf } from "../plain-manifests.ts";
import type { ApiServer } from "./api-server.ts";
import type { Kubectl } from "./kubectl.ts";

const NAMESPACE = "limpet";

/** The pods of the cluster that replicas of Limpet say they are; nothing runs in them. */
export const LIMPET_PODS = ["limpet-a", "limpet-b"] as const;

/** The name of Limpet's role in every namespace, and of what binds it to its service account. */
export const LIMPET_ROLE = "limpet";

function pod(name: string): Manifest {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels: { app: "limpet" } },
    spec: { containers: [{ name: "limpet", image: "limpet" }] },
  };
}

/**
 * The service account that Limpet runs as, and the pods that it may be.
 *
 * @param installed what gives the account its rights, as it is installed; nothing else gives it any
 */
export async function limpetAccount(
  api: ApiServer,
  installed: readonly Installed[] = plainManifests(),
): Promise<Kubectl> {
  const account = await api.serviceAccount(NAMESPACE, "limpet");
  await api.admin.apply(rbacOf(installed), "");
  await api.admin.apply(LIMPET_PODS.map(pod), NAMESPACE);
  return account;
}
