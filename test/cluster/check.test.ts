import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { main } from "../../src/cli/main.ts";
import { certificateFor, tlsSecret, withTls } from "../support/certificates.ts";
import { ApiServer } from "../support/cluster/api-server.ts";
import type { Kubectl } from "../support/cluster/kubectl.ts";
import { limpetAccount } from "../support/cluster/limpet-account.ts";
import { podAddress } from "../support/cluster/own-network.ts";
import { podSlice } from "../support/cluster/pods.ts";
import { ingress, type Manifest, service, sticky } from "../support/manifests.ts";

interface Named {
  readonly className?: string;
  readonly annotation?: string;
}

function ingressOf(name: string, { className, annotation }: Named): Manifest {
  const { spec, ...rest } = ingress({ name, host: `${name}.test`, annotations: sticky() });
  const { ingressClassName: _, ...others } = spec as Manifest;
  const annotations = annotation === undefined ? {} : { "kubernetes.io/ingress.class": annotation };
  return {
    ...rest,
    metadata: { name, annotations },
    spec: className === undefined ? others : { ...others, ingressClassName: className },
  };
}

function ingressClass(name: string, controller: string, annotations: Manifest = {}): Manifest {
  const metadata = { name, annotations };
  return { apiVersion: "networking.k8s.io/v1", kind: "IngressClass", metadata, spec: { controller } };
}

/** Every way to be left alone, and the reason that is given for it. */
const LEFT_ALONE: Readonly<Record<string, Named & { readonly why: string }>> = {
  "another-controller": {
    className: "theirs",
    why: "IngressClass theirs belongs to the controller example.com/theirs.",
  },
  "no-such-class": {
    className: "missing",
    why: "There is no IngressClass missing, and the name is none of ours (nginx, limpet).",
  },
  "another-annotation": {
    annotation: "testclass",
    why: 'The annotation kubernetes.io/ingress.class says "testclass" (ours: nginx, limpet).',
  },
  "empty-annotation": {
    annotation: "",
    why: 'The annotation kubernetes.io/ingress.class says "" (ours: nginx, limpet).',
  },
  "no-class": {
    why:
      "It names no class, and Ingresses without one are not watched. IngressClass later is the default for those that " +
      "are made from now on: name it in spec.ingressClassName.",
  },
};

describe("limpet check --kubeconfig", () => {
  let api: ApiServer;
  let account: Kubectl;
  before(async () => {
    api = await ApiServer.start();
    account = await limpetAccount(api);
    const pod = { endpoint: { name: "pod-1", address: podAddress(1), port: 80 } };
    await api.admin.apply([
      ingressClass("theirs", "example.com/theirs"),
      ...Object.entries(LEFT_ALONE).map(([name, named]) => ingressOf(name, named)),
      withTls(ingressOf("ours", { className: "nginx" }), { hosts: ["ours.test"], secretName: "ours" }),
      tlsSecret("ours", certificateFor(["ours.test"])),
      service(),
      podSlice([pod]),
    ]);
    // Made last: Ingresses that come after it get its name from the API server.
    const isDefault = { "ingressclass.kubernetes.io/is-default-class": "true" };
    await api.admin.apply([ingressClass("later", "k8s.io/ingress-nginx", isDefault)]);
  });
  after(() => api?.stop());

  async function check(...flags: readonly string[]): Promise<{ readonly status: number; readonly out: string }> {
    let out = "";
    const print = (text: string) => {
      out += text;
    };
    const status = await main(["check", "--kubeconfig", account.kubeconfig, ...flags], { out: print, err: print });
    return { status, out };
  }

  it("says of every Ingress that is left alone why, with the rights of Limpet's role", async () => {
    const { status, out } = await check();
    for (const [name, { why }] of Object.entries(LEFT_ALONE)) {
      assert.ok(out.includes(`Ingress default/${name} is not ours: ${why}\n`), `${name} in:\n${out}`);
    }
    assert.match(out, /^0 Problems, 1 Route, 1 Backend\.$/m);
    assert.equal(status, 0);
  });

  it("says the same to programs, and nothing of those that the flags make ours", async () => {
    const { out } = await check("--output", "json", "--watch-ingress-without-class");
    const { notOurs } = JSON.parse(out) as { notOurs: { ingress: string }[] };
    const named = notOurs.map(({ ingress: name }) => name.replace("default/", ""));
    assert.deepEqual(
      named.sort(),
      Object.keys(LEFT_ALONE)
        .filter((name) => name !== "no-class")
        .sort(),
    );
  });
});
