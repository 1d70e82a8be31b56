import type { Manifest } from "../manifests.ts";
import type { ApiServer } from "./api-server.ts";
import type { Kubectl } from "./kubectl.ts";

const NAMESPACE = "limpet";
const NAME = "limpet";

/** The name of Limpet's role, and of what binds it to its service account. */
export const LIMPET_ROLE = NAME;

/** What Limpet may do, and nothing more. */
const RULES: readonly Manifest[] = [
  { apiGroups: ["networking.k8s.io"], resources: ["ingresses", "ingressclasses"], verbs: ["list", "watch"] },
  { apiGroups: [""], resources: ["services"], verbs: ["list", "watch"] },
  { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
  { apiGroups: [""], resources: ["secrets", "configmaps"], verbs: ["get", "list", "watch"] },
  { apiGroups: ["networking.k8s.io"], resources: ["ingresses/status"], verbs: ["patch", "update"] },
  { apiGroups: ["", "events.k8s.io"], resources: ["events"], verbs: ["create", "patch"] },
  { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["create", "get", "update", "patch"] },
];

/** The service account that Limpet runs as, with its own role. */
export async function limpetAccount(api: ApiServer): Promise<Kubectl> {
  const account = await api.serviceAccount(NAMESPACE, NAME);
  const metadata = { name: NAME };
  const apiVersion = "rbac.authorization.k8s.io/v1";
  await api.admin.apply([
    { apiVersion, kind: "ClusterRole", metadata, rules: RULES },
    {
      apiVersion,
      kind: "ClusterRoleBinding",
      metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: NAME },
      subjects: [{ kind: "ServiceAccount", namespace: NAMESPACE, name: NAME }],
    },
  ]);
  return account;
}
