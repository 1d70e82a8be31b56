import assert from "node:assert/strict";
import { request } from "node:https";
import { after, before, describe, it } from "node:test";
import { type Cluster, startCluster } from "../support/cluster/cluster.ts";
import { serviceAddress } from "../support/cluster/own-network.ts";
import { podSlice, startPods } from "../support/cluster/pods.ts";
import type { TestEndpoint } from "../support/endpoints.ts";
import { type IngressSpec, ingress, type Manifest, service } from "../support/manifests.ts";
import { plainManifests, webhooksOf } from "../support/plain-manifests.ts";

const NAME = "limpet-admission";
const HOST = "shop.test";
const DENIED = /admission webhook "validate\.ingress\.limpet\.dev" denied the request: /;

/** What is installed, with the webhook's Service at an address that leads to Limpet, and no Ingress let past in its absence. */
function webhookObjects(clusterIP: string): readonly Manifest[] {
  const installed = plainManifests().filter(({ kind, metadata }) => kind === "Service" && metadata.name === NAME);
  const services = installed.map((it) => ({ ...it, spec: { ...(it["spec"] as Manifest), clusterIP } }));
  const configurations = webhooksOf(plainManifests()).map((it) => ({
    ...it,
    webhooks: (it["webhooks"] as readonly Manifest[]).map((webhook) => ({ ...webhook, failurePolicy: "Fail" })),
  }));
  return [...services, ...configurations];
}

describe("the admission webhook of a real API server", () => {
  let address: string;
  let cluster: Cluster;
  let pods: TestEndpoint[];

  before(async () => {
    address = serviceAddress(120);
    pods = await startPods(1);
    cluster = await startCluster({ flags: ["--validating-webhook", `${address}:443`] });
    await cluster.admin.apply([service(), podSlice(pods)]);
    await cluster.admin.apply(webhookObjects(address), "");
    await untilAsked();
    await write({ name: "first" });
    await cluster.limpet.untilAnswered(HOST, 200);
  });
  after(async () => {
    await cluster?.stop();
    for (const pod of pods ?? []) await pod.kill();
  });

  /** Gives what kubectl warned of. */
  function write(spec: IngressSpec, className = "nginx"): Promise<string> {
    const { spec: given, ...rest } = ingress({ host: HOST, ...spec });
    return cluster.admin.apply([{ ...rest, spec: { ...(given as Manifest), ingressClassName: className } }]);
  }

  /** Resolves once the API server asks Limpet, and takes its word for what it says. */
  async function untilAsked(): Promise<void> {
    const probe = ["create", "ingress", "probe", "--class=nginx", `--rule=probe.test/*=web:80`, "--dry-run=server"];
    await cluster.limpet.eventually("the API server's trust", async () => {
      const said = await cluster.admin.run(...probe);
      return said !== "";
    });
  }

  async function denied(spec: IngressSpec, why: RegExp): Promise<void> {
    await assert.rejects(write(spec), (error: Error) => {
      assert.match(error.message, DENIED);
      assert.match(error.message, why);
      return true;
    });
  }

  function caBundle(): Promise<string> {
    const field = "--output=jsonpath={.webhooks[0].clientConfig.caBundle}";
    return cluster.admin.run("get", "validatingwebhookconfiguration", NAME, field);
  }

  describe("refuses a host and path that another Ingress has", () => {
    it("in any rule, and names the other one", async () => {
      const taken = /host "shop\.test" and path "\/" is already defined in ingress default\/first/;
      await denied({ name: "second" }, taken);
      await denied({ name: "second", paths: [{ path: "/new", service: "web" }, { service: "web" }] }, taken);
      await denied({ name: "second" }, /Ingress default\/second: spec\.rules\[0\]\.http\.paths\[0\]\.path = "\/": /);
    });

    it("but not a canary of it, of which there is one", async () => {
      await write({ name: "canary", annotations: { canary: "true" } });
      const { limpet } = cluster;
      const another = { name: "canary-2", annotations: { canary: "true" } };
      await write({ name: "after", host: "after.test" });
      await limpet.eventually("the canary", async () => (await limpet.send({ host: "after.test" })).status === 200);
      await denied(another, /is already defined in ingress default\/canary\./);
      await write({ name: "canary-2", annotations: { canary: "false" } });
    });

    it("but not another path, another kind of match, or its own", async () => {
      await write({ name: "below", paths: [{ path: "/below", service: "web" }] });
      await write({ name: "exact", paths: [{ path: "/", pathType: "Exact", service: "web" }] });
      await write({ name: "first", annotations: { affinity: "cookie" } });
    });
  });

  it("refuses paths that look like files of the controller", async () => {
    await denied({ host: "deep.test", paths: [{ path: "/etc/nginx", service: "web" }] }, /path = "\/etc\/nginx": /);
  });

  it("refuses patterns as Exact and Prefix paths, not as ImplementationSpecific ones", async () => {
    const path = "/foo/bar/[a-z]{3}";
    for (const pathType of ["Exact", "Prefix"] as const) {
      await denied({ host: "strict.test", paths: [{ path, pathType, service: "web" }] }, /ImplementationSpecific/);
    }
    await write({
      name: "strict",
      host: "strict.test",
      paths: [{ path, pathType: "ImplementationSpecific", service: "web" }],
    });
  });

  it("refuses raw configuration", async () => {
    for (const name of ["configuration-snippet", "server-snippet"]) {
      await denied({ host: "raw.test", annotations: { [name]: "return 200;" } }, new RegExp(`${name}.*return 200;`));
    }
  });

  it("says nothing of another class, whatever it says", async () => {
    const annotations = { "server-snippet": "return 200;", affinity: "ip" };
    const paths = [
      { path: "/", service: "web" },
      { path: "/etc/nginx", service: "web" },
    ];
    assert.doesNotMatch(await write({ name: "theirs", annotations, paths }, "theirs"), /Warning/);
  });

  it("lets everything else pass, and says what is wrong with it", async () => {
    const said = await write({ name: "warned", host: "warned.test", annotations: { affinity: "Cookie" } });
    assert.match(said, /Warning: nginx\.ingress\.kubernetes\.io\/affinity = "Cookie": .*Write "cookie"/);
    assert.doesNotMatch(await write({ name: "right", host: "right.test" }), /Warning/);
  });

  it("lets an Ingress go that is being deleted", async () => {
    const finalizers = (list: readonly string[]) =>
      cluster.admin.run(
        "patch",
        "ingress",
        "canary-2",
        "--type=merge",
        "-p",
        JSON.stringify({ metadata: { finalizers: list } }),
      );
    await finalizers(["example.com/wait"]);
    await cluster.admin.run("delete", "ingress", "canary-2", "--wait=false");
    await finalizers([]);
    await cluster.admin.run("wait", "--for=delete", "ingress/canary-2", "--timeout=10s");
  });

  it("answers 413 to 9 MiB, over the certificate that the API server trusts", async () => {
    const ca = Buffer.from(await caBundle(), "base64");
    const body = Buffer.alloc(9 * 1024 * 1024, " ");
    const status = await new Promise((resolve, reject) => {
      const options = { host: address, port: 443, path: "/networking/v1/ingresses", method: "POST", ca, agent: false };
      const headers = { "content-length": body.length };
      const client = request({ ...options, headers, servername: `${NAME}.limpet.svc` }, (response) => {
        resolve(response.statusCode);
        response.resume();
      });
      client.on("error", reject);
      client.end(body);
    });
    assert.equal(status, 413);
  });

  it("is trusted again when somebody takes the trust away, and when its Secret is deleted", async () => {
    const { admin, limpet } = cluster;
    const before = await caBundle();
    const nobody = [{ op: "remove", path: "/webhooks/0/clientConfig/caBundle" }];
    await admin.run("patch", "validatingwebhookconfiguration", NAME, "--type=json", "-p", JSON.stringify(nobody));
    await limpet.eventually("the trust", async () => (await caBundle()) === before);
    await admin.delete("secret", NAME, "limpet");
    const field = "--output=jsonpath={.data.ca\\.crt}";
    await limpet.eventually(
      "the Secret",
      async () => (await admin.run("get", "secret", NAME, "-n", "limpet", field)) === before,
    );
    await untilAsked();
    await denied({ name: "second" }, /is already defined/);
  });

  // The last ones: they switch it off.
  it("keeps nobody waiting while Limpet is away, as it is installed", async () => {
    const { admin, limpet } = cluster;
    await limpet.signal("SIGTERM");
    await assert.rejects(write({ name: "second" }), /failed calling webhook/);
    await admin.apply(webhooksOf(plainManifests()), "");
    await write({ name: "away", host: "away.test" });
    await admin.apply(webhookObjects(address), "");
    await limpet.run();
  });

  it("is what refuses: without it the duplicate is accepted", async () => {
    await untilAsked();
    await denied({ name: "second" }, /is already defined/);
    await cluster.admin.delete("validatingwebhookconfiguration", NAME, "");
    await write({ name: "second" });
  });
});
