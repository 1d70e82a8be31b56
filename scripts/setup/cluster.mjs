// @ts-check
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { projectEnvironment } from "./checkout.mjs";
import { ensureEtcd } from "./etcd.mjs";
import { say } from "./failure.mjs";
import { ensureGoPrograms } from "./go-programs.mjs";

/** @type {import("./go-programs.mjs").GoModule} */
const KUBERNETES = {
  folder: "test/kubernetes/apiserver",
  of: "k8s.io/kubernetes",
  packages: ["k8s.io/kubernetes/cmd/kube-apiserver", "k8s.io/kubernetes/cmd/kubectl"],
  variables: (versionOf) => {
    const { whole, major, minor } = versionOf("k8s.io/kubernetes");
    return {
      "k8s.io/component-base/version.gitVersion": whole,
      "k8s.io/component-base/version.gitMajor": major,
      "k8s.io/component-base/version.gitMinor": minor,
    };
  },
};

/** @type {import("./go-programs.mjs").GoModule} */
const HELM = {
  folder: "test/kubernetes/helm",
  of: "helm.sh/helm/v3",
  packages: ["helm.sh/helm/v3/cmd/helm"],
  variables: (versionOf) => {
    // Kubernetes 1.36 is its own libraries' 0.36; a chart is rendered for that one when no cluster is asked.
    const { minor } = versionOf("k8s.io/client-go");
    return {
      "helm.sh/helm/v3/internal/version.version": versionOf("helm.sh/helm/v3").whole,
      "helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor": "1",
      "helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor": minor,
    };
  },
};

/** What `KUBEBUILDER_ASSETS` promises. */
const ASSETS = ["kube-apiserver", "etcd", "kubectl"];

/**
 * @param {string} folder
 * @param {readonly string[]} names
 */
function holdsAll(folder, names) {
  return names.every((name) => existsSync(join(folder, name)));
}

/**
 * The folder of the API server's programs: the one that the environment names, or the one that they are built into.
 *
 * @returns {Promise<string>}
 */
async function kubernetesFolder() {
  const given = process.env.KUBEBUILDER_ASSETS;
  if (given === undefined || given === "") return ensureGoPrograms(KUBERNETES);
  if (holdsAll(given, ASSETS)) return given;
  say(`KUBEBUILDER_ASSETS (${given}) does not hold ${ASSETS.join(", ")}: it is not used`);
  return ensureGoPrograms(KUBERNETES);
}

/**
 * Sets up Helm alone.
 *
 * @returns {Promise<NodeJS.ProcessEnv>} the environment in which it is on the PATH
 */
export async function ensureHelm() {
  const project = projectEnvironment();
  return { ...project, PATH: [await ensureGoPrograms(HELM), project.PATH].join(delimiter) };
}

/**
 * Sets up what the tests on a real API server need: kube-apiserver, kubectl and helm, etcd, `ip`.
 *
 * @returns {Promise<NodeJS.ProcessEnv>} the environment in which all of them are on the PATH
 */
export async function ensureCluster() {
  const project = projectEnvironment();
  const kubernetes = await kubernetesFolder();
  const helm = holdsAll(kubernetes, ["helm"]) ? [] : [await ensureGoPrograms(HELM)];
  // An ordinary user's PATH has no /usr/sbin, where `ip` and NGINX are.
  const env = { ...project, PATH: [kubernetes, ...helm, project.PATH, "/usr/sbin", "/sbin"].join(delimiter) };
  ensureEtcd(env);
  return env;
}
