import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";
import type { Manifest } from "./manifests.ts";

/** An object of the installation. */
export interface Installed extends Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** One rule of a role. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

export interface Role extends Installed {
  readonly rules: readonly Rule[];
}

const RBAC = ["ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"];

/** The objects of a YAML text of many documents. */
export function readObjects(text: string): readonly Installed[] {
  return parseAllDocuments(text)
    .map((document) => document.toJS() as Installed | null)
    .filter((object) => object !== null);
}

/** What `kubectl apply -f deploy/kubernetes/limpet.yaml` installs. */
export function plainManifests(file = "limpet.yaml"): readonly Installed[] {
  return readObjects(readFileSync(new URL(`../../deploy/kubernetes/${file}`, import.meta.url), "utf8"));
}

/** The service account among the objects, and what gives it its rights. */
export function rbacOf(objects: readonly Installed[]): readonly Installed[] {
  return objects.filter(({ kind }) => RBAC.includes(kind));
}

export function rolesOf(objects: readonly Installed[]): readonly Role[] {
  return objects.filter((object): object is Role => object.kind === "Role" || object.kind === "ClusterRole");
}

/** One thing that a rule allows. */
export interface Right {
  readonly verb: string;
  /** `leases.coordination.k8s.io`, or `pods` for the core group. */
  readonly resource: string;
  /** Empty: in all namespaces, or of what has none. */
  readonly namespace: string;
  /** Empty: whatever it is called. */
  readonly name: string;
}

/** `ingresses/status.networking.k8s.io`. @param group empty: the core group */
export function resourceName(group: string, resource: string): string {
  return group === "" ? resource : `${resource}.${group}`;
}

function rightsOf({ apiGroups, resources, resourceNames = [""], verbs }: Rule, namespace: string): readonly Right[] {
  return apiGroups.flatMap((group) =>
    resources.flatMap((resource) =>
      resourceNames.flatMap((name) =>
        verbs.map((verb) => ({ verb, resource: resourceName(group, resource), namespace, name })),
      ),
    ),
  );
}

/** Everything that roles allow, one by one. */
export function rightsIn(roles: readonly Role[]): readonly Right[] {
  return roles.flatMap(({ rules, metadata }) => rules.flatMap((rule) => rightsOf(rule, metadata.namespace ?? "")));
}

/** What a test's Limpet says itself: its ports and folders are its own. */
const OF_THE_TEST =
  /^--(http-port|https-port|admin-port|validating-webhook|state-dir|workers|access-log|access-log-format|log-level)=/;

/** The flags of `limpet run` as they are installed, but for those that a test sets. */
export function installedFlags(objects: readonly Installed[]): readonly string[] {
  const [, ...flags] = podTemplateOf(objects).spec.containers[0].args;
  return flags.filter((flag) => !OF_THE_TEST.test(flag));
}

/** What makes the API server ask the webhook, where it is installed. */
export function webhooksOf(objects: readonly Installed[]): readonly Installed[] {
  return objects.filter(({ kind }) => kind === "ValidatingWebhookConfiguration");
}

interface PodTemplate {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: { readonly containers: readonly [{ readonly args: readonly string[] }, ...Manifest[]] };
}

/** The pods that are installed, by their Deployment or DaemonSet. */
export function podTemplateOf(objects: readonly Installed[]): PodTemplate {
  const isOfPods = ({ kind }: Installed) => kind === "Deployment" || kind === "DaemonSet";
  const [template] = objects.filter(isOfPods).map((it) => (it["spec"] as { readonly template: PodTemplate }).template);
  if (template === undefined) throw new Error("There is neither a Deployment nor a DaemonSet.");
  return template;
}
