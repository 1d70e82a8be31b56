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
  return objects.filter(({ kind }) => kind === "Role" || kind === "ClusterRole") as readonly Role[];
}

interface PodTemplate {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: { readonly containers: readonly [{ readonly args: readonly string[] }, ...Manifest[]] };
}

/** The pods that are installed, by their Deployment or DaemonSet. */
export function podTemplateOf(objects: readonly Installed[]): PodTemplate {
  const found = objects.find(({ kind }) => kind === "Deployment" || kind === "DaemonSet");
  return (found?.["spec"] as { readonly template: PodTemplate }).template;
}
