import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

export const CHART = fileURLToPath(new URL("../deploy/chart", import.meta.url));

/** Release and namespace of the plain manifests. */
const NAME = "limpet";

/** What the plain manifests in `deploy/kubernetes` are for, and the values that make them so. */
export const MANIFESTS: Readonly<Record<string, { readonly what: string; readonly values: readonly string[] }>> = {
  "limpet.yaml": { what: "Limpet for the Ingresses of the class limpet.", values: [] },
  "limpet-as-nginx.yaml": {
    what: "Limpet in the place of ingress-nginx: for the Ingresses of the classes limpet and nginx.",
    values: ["takeOver.nginx=true", "takeOver.createIngressClass=true"],
  },
};

/** Applied by hand, an object belongs to no Helm release. */
const OF_HELM = [/^# Source: /, /^ +app\.kubernetes\.io\/managed-by: Helm$/, /^ +helm\.sh\/chart: /];

const NAMESPACE = `apiVersion: v1
kind: Namespace
metadata:
  name: ${NAME}
  labels:
    pod-security.kubernetes.io/enforce: restricted
`;

/**
 * The chart as `helm template` renders it.
 *
 * @param values as Helm takes them with `--set`
 * @throws Error with what Helm said when it refuses
 */
export async function renderChart(
  values: readonly string[] = [],
  { release = NAME, namespace = NAME }: { readonly release?: string; readonly namespace?: string } = {},
): Promise<string> {
  const sets = values.flatMap((value) => ["--set", value]);
  const { stdout } = await run("helm", ["template", release, CHART, "--namespace", namespace, ...sets]);
  return stdout;
}

/** The text of a file of plain manifests. */
export async function renderManifests(file: string): Promise<string> {
  const { what, values } = MANIFESTS[file] ?? { what: "", values: [] };
  const lines = (await renderChart(values)).split("\n").filter((line) => !OF_HELM.some((it) => it.test(line)));
  const head = `# ${what} Made from the chart: npm run manifests\n`;
  return `${head}${NAMESPACE}${lines.join("\n")}`;
}
