import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { CHART, MANIFESTS, renderChart, renderManifests } from "../../scripts/render-manifests.ts";
import { RUN_FLAGS } from "../../src/cli/run-flags.ts";
import { ApiServer } from "../support/cluster/api-server.ts";
import { helm } from "../support/cluster/helm.ts";
import { podTemplateOf, readObjects } from "../support/plain-manifests.ts";

const run = promisify(execFile);

function plainFile(name: string): string {
  return fileURLToPath(new URL(`../../deploy/kubernetes/${name}`, import.meta.url));
}

describe("the plain manifests", () => {
  for (const file of Object.keys(MANIFESTS)) {
    it(`${file} is what the chart gives`, async () => {
      const text = await readFile(plainFile(file), "utf8");
      assert.equal(text, await renderManifests(file), "stale: run npm run manifests");
    });
  }
});

const SPREAD = [
  "topologySpreadConstraints[0].topologyKey=rack",
  "topologySpreadConstraints[0].maxSkew=2",
  "topologySpreadConstraints[0].whenUnsatisfiable=DoNotSchedule",
].join(",");

/** Values that turn parts of the chart on and off. */
const INSTALLATIONS: readonly (readonly string[])[] = [
  [],
  ["takeOver.nginx=true", "takeOver.createIngressClass=true", "classicCookies=write", "ingressClass.default=true"],
  ["watchNamespace=shop", "status.publishService=shop/front", "defaultBackend=shop/front"],
  ["watchNamespace=shop", "rbac.ingressClasses=false", "ingressClass.create=false"],
  ["kind=DaemonSet", "hostNetwork=true", "service.create=false", "workers=auto"],
  ["hostNetwork=true", "replicas=1", "status.addresses={192.0.2.1,lb.example.com}"],
  ["service.type=NodePort", "service.nodePorts.http=30080", "service.externalTrafficPolicy=Local"],
  ["service.type=ClusterIP", "service.externalIPs={192.0.2.1}", "networkPolicy.adminFrom=null"],
  [
    "service.loadBalancerClass=example.com/lb",
    "service.loadBalancerSourceRanges={192.0.2.0/24}",
    "service.annotations.a=b",
  ],
  ["replicas=null", "podDisruptionBudget.maxUnavailable=50%", "resources=null", SPREAD],
  [
    "admissionWebhooks.failurePolicy=Fail",
    "admissionWebhooks.certificateSecret=webhook-tls",
    "admissionWebhooks.annotations.cert-manager\\.io/inject-ca-from=limpet/webhook",
    "admissionWebhooks.namespaceSelector.matchLabels.team=web",
  ],
  [
    `image.digest=sha256:${"0".repeat(64)}`,
    "imagePullSecrets[0].name=pull",
    "podLabels.team=web",
    "podAnnotations.a=b",
  ],
  [
    "extraArgs={--annotation-prefix=example.com}",
    "extraEnv[0].name=TZ",
    "extraEnv[0].value=UTC",
    "priorityClassName=system-cluster-critical",
    "tolerations[0].operator=Exists",
  ],
  [
    "metrics.service.create=false",
    "admissionWebhooks.enabled=false",
    "podDisruptionBudget.create=false",
    "networkPolicy.create=false",
    "rbac.create=false",
    "serviceAccount.create=false",
    "serviceAccount.name=other",
  ],
];

/** Values that cannot be meant so, and what Helm says of them. */
const REFUSED: readonly (readonly [value: string, said: RegExp])[] = [
  ["replica=3", /'replica' not allowed/],
  ["classicCookies=on", /\/classicCookies.*'accept', 'write', 'off'/],
  ["kind=StatefulSet", /\/kind.*'Deployment', 'DaemonSet'/],
  ["ports.http=0", /\/ports\/http.*got 0, want 1/],
  ["ports.https=-1", /\/ports\/https.*got -1, want 0/],
  ["workers=many", /\/workers/],
  ["defaultBackend=web", /\/defaultBackend.*does not match/],
  ["extraArgs={log-level=debug}", /\/extraArgs\/0.*does not match/],
  ["service.type=ExternalName", /\/service\/type/],
  ["admissionWebhooks.failurePolicy=Maybe", /\/admissionWebhooks\/failurePolicy.*'Ignore', 'Fail'/],
  ["metrics.serviceMonitor.create=yes", /\/metrics\/serviceMonitor\/create.*want boolean/],
  ["takeOver.createIngressClass=true", /takeOver\.createIngressClass needs takeOver\.nginx/],
];

interface Monitor {
  readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
}

describe("the chart", () => {
  let api: ApiServer;
  let folder: string;
  before(async () => {
    api = await ApiServer.start();
    folder = await mkdtemp(join(tmpdir(), "limpet-chart-"));
    const namespaces = ["limpet", "shop"].map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } }));
    await api.admin.apply(namespaces);
  });
  after(async () => {
    await api?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function serverTakes(text: string): Promise<string> {
    const file = join(folder, "objects.yaml");
    await writeFile(file, text);
    return api.admin.run("apply", "--dry-run=server", "--validate=strict", "-f", file);
  }

  it("passes helm's own lint", async () => {
    await run("helm", ["lint", "--strict", CHART]);
  });

  for (const [value, said] of REFUSED) {
    it(`refuses ${value}`, async () => {
      await assert.rejects(renderChart([value]), said);
    });
  }

  for (const values of INSTALLATIONS) {
    it(`is taken by the API server with ${values.join(" ") || "its defaults"}`, async () => {
      const said = await serverTakes(await renderChart(values));
      assert.doesNotMatch(said, /warning/i);
    });

    it(`gives Limpet flags that it knows with ${values.join(" ") || "its defaults"}`, async () => {
      const { args } = podTemplateOf(readObjects(await renderChart(values))).spec.containers[0];
      const known = Object.values(RUN_FLAGS);
      for (const [name = "", value = "true"] of args.slice(1).map((arg) => arg.split(/(?<!=.*)=/))) {
        const flag = known.find((it) => `--${it.name}` === name);
        assert.ok(flag !== undefined, name);
        assert.doesNotThrow(() => flag.parse(value), name);
      }
    });
  }

  it("is monitored where the Prometheus operator is", async () => {
    const objects = readObjects(await renderChart(["metrics.serviceMonitor.create=true"]));
    const services = objects.filter(({ kind }) => kind === "Service");
    const monitors = objects.filter(({ kind }) => kind === "ServiceMonitor").map(({ spec }) => spec as Monitor);
    const matchLabels = monitors[0]?.selector.matchLabels ?? {};
    const found = services.filter(({ metadata }) => {
      const labels = (metadata as { readonly labels?: Readonly<Record<string, string>> }).labels ?? {};
      return Object.entries(matchLabels).every(([name, value]) => labels[name] === value);
    });
    assert.deepEqual(
      found.map(({ metadata }) => metadata.name),
      ["limpet-metrics"],
    );
  });

  it("runs pods that the restricted Pod Security Standard lets run", async () => {
    const namespace = {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: "strict", labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
    };
    await api.admin.apply([namespace]);
    const pod = async (values: readonly string[]) => {
      const { metadata, spec } = podTemplateOf(readObjects(await renderChart(values)));
      const named = { ...metadata, name: "limpet", namespace: "strict" };
      return serverTakes(JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: named, spec }));
    };
    assert.match(await pod([]), /pod\/limpet created/);
    const loose = "containerSecurityContext.allowPrivilegeEscalation=true";
    await assert.rejects(pod([loose]), /violates PodSecurity "restricted/);
  });

  it("is installed, upgraded and uninstalled with helm", async () => {
    const { admin } = api;
    await helm(admin, "install", "limpet", CHART, "-n", "limpet");
    assert.match(await api.admin.run("get", "ingressclass", "limpet"), /limpet\.dev\/ingress-controller/);
    await helm(admin, "upgrade", "limpet", CHART, "-n", "limpet", "--reuse-values", "--set", "classicCookies=off");
    const args = await api.admin.run("get", "deployment/limpet", "-n", "limpet", "-o", "jsonpath={..args}");
    assert.match(args, /--classic-cookies=off/);
    await helm(admin, "uninstall", "limpet", "-n", "limpet");
    await assert.rejects(api.admin.run("get", "deployment/limpet", "-n", "limpet"), /not found/);
  });

  for (const file of Object.keys(MANIFESTS)) {
    it(`is installed with kubectl: ${file}`, async () => {
      assert.match(await serverTakes(await readFile(plainFile(file), "utf8")), /deployment.apps\/limpet/);
    });
  }
});
