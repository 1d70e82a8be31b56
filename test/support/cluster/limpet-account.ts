import type { Manifest } from "../manifests.ts";
import type { ApiServer } from "./api-server.ts";
import type { Kubectl } from "./kubectl.ts";

const NAMESPACE = "limpet";

/** The pods of the cluster that replicas of Limpet say they are; nothing runs in them. */
export const LIMPET_PODS = ["limpet-a", "limpet-b"] as const;

/** The name of Limpet's roles, and of what binds them to its service account. */
export const LIMPET_ROLE = "limpet";

/** What Limpet may do in every namespace, and nothing more. */
const EVERYWHERE: readonly Manifest[] = [
  { apiGroups: ["networking.k8s.io"], resources: ["ingresses"], verbs: ["get", "list", "watch"] },
  { apiGroups: ["networking.k8s.io"], resources: ["ingressclasses"], verbs: ["list", "watch"] },
  { apiGroups: [""], resources: ["services"], verbs: ["list", "watch"] },
  { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
  // Those that an Ingress or a flag names, each by its name.
  { apiGroups: [""], resources: ["secrets", "configmaps"], verbs: ["list", "watch"] },
  { apiGroups: ["networking.k8s.io"], resources: ["ingresses/status"], verbs: ["patch"] },
  { apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
];

/** What Limpet may do in its own namespace besides: the key of its cookies, who leads, and who else is there. */
const AT_HOME: readonly Manifest[] = [
  { apiGroups: [""], resources: ["secrets"], verbs: ["create", "get"] },
  { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["create", "get", "patch"] },
  { apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] },
];

function role(kind: "ClusterRole" | "Role", rules: readonly Manifest[]): Manifest[] {
  const apiVersion = "rbac.authorization.k8s.io/v1";
  const metadata = { name: LIMPET_ROLE };
  return [
    { apiVersion, kind, metadata, rules },
    {
      apiVersion,
      kind: `${kind}Binding`,
      metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind, name: LIMPET_ROLE },
      subjects: [{ kind: "ServiceAccount", namespace: NAMESPACE, name: "limpet" }],
    },
  ];
}

function pod(name: string): Manifest {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels: { app: "limpet" } },
    spec: { containers: [{ name: "limpet", image: "limpet" }] },
  };
}

/** The service account that Limpet runs as, with its own roles, and the pods that it may be. */
export async function limpetAccount(api: ApiServer): Promise<Kubectl> {
  const account = await api.serviceAccount(NAMESPACE, "limpet");
  await api.admin.apply(role("ClusterRole", EVERYWHERE));
  await api.admin.apply([...role("Role", AT_HOME), ...LIMPET_PODS.map(pod)], NAMESPACE);
  return account;
}
