import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { makeCertificate } from "../../src/control-plane/certificates/self-signed.ts";
import { ApiEmulator } from "../support/api-emulator/api-emulator.ts";
import { ClusterReplica } from "../support/cluster-replica.ts";
import { freePort } from "../support/free-port.ts";
import { ingress, type Manifest } from "../support/manifests.ts";

const NAME = "limpet-admission";
const SERVER = `${NAME}.limpet.svc`;

interface Answer {
  readonly allowed: boolean;
  readonly status?: { readonly message: string };
}

/** Asks as the API server does. @param ca whom it trusts, PEM */
function ask(port: number, object: Manifest, ca: string): Promise<Answer> {
  const kind = { group: "networking.k8s.io", version: "v1", kind: "Ingress" };
  const question = { uid: "u-1", kind, operation: "CREATE", object };
  const review = { apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", request: question };
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port, path: "/networking/v1/ingresses", method: "POST", agent: false };
    const client = request({ ...options, ca, servername: SERVER }, async (response) => {
      const text = (await response.toArray()).join("");
      if (response.statusCode === 200) resolve((JSON.parse(text) as { readonly response: Answer }).response);
      else reject(new Error(`${response.statusCode}: ${text}`));
    });
    client.on("error", reject);
    client.end(JSON.stringify(review));
  });
}

describe("the admission webhook of replicas", () => {
  let api: ApiEmulator;
  let replicas: { readonly limpet: ClusterReplica; readonly port: number }[];

  beforeEach(async () => {
    api = await ApiEmulator.start();
    replicas = [];
    api.apply(ingress({ name: "first" }) as Parameters<typeof api.apply>[0]);
    api.apply({
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingWebhookConfiguration",
      metadata: { name: NAME },
      webhooks: [{ name: "validate.ingress.limpet.dev", clientConfig: { service: { name: NAME } } }],
    });
  });
  afterEach(async () => {
    for (const { limpet } of replicas) await limpet.stop();
    await api.stop();
  });

  async function start(pod: string, ...flags: readonly string[]): Promise<number> {
    api.apply({ apiVersion: "v1", kind: "Pod", metadata: { namespace: "limpet", name: pod } });
    const port = await freePort();
    const all = ["--validating-webhook", `127.0.0.1:${port}`, "--publish-status-address", "192.0.2.1", ...flags];
    replicas.push({ limpet: await ClusterReplica.start(api, { pod, flags: all }), port });
    return port;
  }

  /** PEM; empty: the API server trusts nobody. */
  function trusted(): string {
    const [webhook] = (api.get("validatingwebhookconfigurations", "", NAME)?.["webhooks"] ?? []) as readonly {
      readonly clientConfig: { readonly caBundle?: string };
    }[];
    return Buffer.from(webhook?.clientConfig.caBundle ?? "", "base64").toString();
  }

  async function eventually(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
    await replicas.at(-1)?.limpet.eventually(what, async () => condition());
  }

  async function judgesAt(port: number): Promise<void> {
    const refused = await ask(port, ingress({ name: "second" }), trusted());
    assert.match(refused.status?.message ?? "", /is already defined in ingress default\/first/);
    assert.equal((await ask(port, ingress({ name: "second", host: "other.test" }), trusted())).allowed, true);
  }

  it("is one: they share a certificate, and each knows every Ingress", async () => {
    const [one, other] = [await start("a"), await start("b")];
    await eventually("the trust", () => trusted() !== "");
    await eventually("both", async () => {
      for (const port of [one, other]) await ask(port, ingress(), trusted());
      return true;
    });
    for (const port of [one, other]) await judgesAt(port);
  });

  it("is trusted when another leads, and by those that come later", async () => {
    await start("a");
    await eventually("the trust", () => trusted() !== "");
    const before = trusted();
    const port = await start("b");
    await replicas[0]?.limpet.stop();
    api.delete("validatingwebhookconfigurations", "", NAME);
    api.apply({
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingWebhookConfiguration",
      metadata: { name: NAME },
      webhooks: [{ name: "validate.ingress.limpet.dev", clientConfig: { service: { name: NAME } } }],
    });
    await eventually("the trust again", () => trusted() === before);
    await judgesAt(port);
  });

  describe("with a certificate in files", () => {
    let folder: string;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "limpet-webhook-"));
    });
    after(() => rm(folder, { recursive: true }));

    it("serves that, makes none, and leaves the trust to others", async () => {
      const { key, certificate } = makeCertificate({ commonName: NAME, names: [SERVER], days: 1 });
      const [certificateFile, keyFile] = [join(folder, "tls.crt"), join(folder, "tls.key")];
      await writeFile(certificateFile, certificate);
      await writeFile(keyFile, key);
      const files = ["--validating-webhook-certificate", certificateFile, "--validating-webhook-key", keyFile];
      const port = await start("a", ...files);
      const { allowed } = await ask(port, ingress({ name: "second" }), certificate);
      assert.equal(allowed, false);
      assert.equal(api.get("secrets", "limpet", NAME), undefined);
      assert.equal(trusted(), "");
    });
  });
});
