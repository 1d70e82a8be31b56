import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Cluster, startCluster } from "../support/cluster/cluster.ts";
import { podSlice, startPods } from "../support/cluster/pods.ts";
import type { TestEndpoint } from "../support/endpoints.ts";
import { ingress, type Manifest, service } from "../support/manifests.ts";
import { SessionLoad } from "../support/session-load.ts";

const ANNOTATION = "kubernetes.io/ingress.class";

interface ClassOf {
  readonly className?: string;
  readonly annotation?: string;
}

/** An Ingress of the host `NAME.test`. */
function ingressOf(name: string, { className, annotation }: ClassOf): Manifest {
  const { spec, ...rest } = ingress({ name, host: `${name}.test` });
  const { ingressClassName: _, ...others } = spec as Manifest;
  return {
    ...rest,
    metadata: { name, annotations: annotation === undefined ? {} : { [ANNOTATION]: annotation } },
    spec: className === undefined ? others : { ...others, ingressClassName: className },
  };
}

function ingressClass(name: string, controller: string, isDefault = false): Manifest {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "IngressClass",
    metadata: {
      name,
      annotations: isDefault ? { "ingressclass.kubernetes.io/is-default-class": "true" } : {},
    },
    spec: { controller },
  };
}

/** Every way to name a class, or none, and whether it makes an Ingress ours. */
const MATRIX: Readonly<Record<string, ClassOf & { readonly ours: boolean; readonly withoutClass?: boolean }>> = {
  "class-of-our-old-name": { className: "sticky", ours: true },
  "class-of-our-own-name": { className: "limpet", ours: true },
  "class-by-name-alone": { className: "nginx", ours: true },
  "class-of-another-controller": { className: "theirs", ours: false },
  "class-that-does-not-exist": { className: "unknown", ours: false },
  "annotation-nginx": { annotation: "nginx", ours: true },
  "annotation-limpet": { annotation: "limpet", ours: true },
  "annotation-testclass": { annotation: "testclass", ours: false },
  // The name of a class that is ours, but not a name of ours: the old annotation names no IngressClass.
  "annotation-sticky": { annotation: "sticky", ours: false },
  "annotation-in-capitals": { annotation: "Nginx", ours: false },
  "annotation-empty": { annotation: "", ours: false },
  neither: { ours: false, withoutClass: true },
};

const CLASSES = [
  ingressClass("sticky", "k8s.io/ingress-nginx"),
  ingressClass("limpet", "limpet.dev/ingress-controller"),
  ingressClass("theirs", "example.com/controller"),
];

class Scene {
  readonly cluster: Cluster;
  private readonly pods: readonly TestEndpoint[];

  private constructor(cluster: Cluster, pods: readonly TestEndpoint[]) {
    this.cluster = cluster;
    this.pods = pods;
  }

  static async start(flags: readonly string[] = []): Promise<Scene> {
    const pods = await startPods(1);
    const cluster = await startCluster({ flags });
    await cluster.admin.apply([...CLASSES, service(), podSlice(pods)]);
    return new Scene(cluster, pods);
  }

  async stop(): Promise<void> {
    await this.cluster.stop();
    for (const pod of this.pods) await pod.kill();
  }

  async apply(...objects: readonly Manifest[]): Promise<void> {
    await this.cluster.admin.apply(objects);
  }

  async status(name: string): Promise<number> {
    return (await this.cluster.limpet.send({ host: `${name}.test` })).status;
  }

  async until(name: string, status: number): Promise<void> {
    await this.cluster.limpet.eventually(`${status} of ${name}`, async () => (await this.status(name)) === status);
  }

  /** Resolves when everything that was applied so far has had its effect: changes of a kind come in their order. */
  async settled(): Promise<void> {
    const name = `last-${Date.now()}`;
    await this.apply(ingressOf(name, { className: "nginx" }));
    await this.until(name, 200);
  }
}

describe("the class of an Ingress in the cluster", () => {
  let scene: Scene;
  before(async () => {
    scene = await Scene.start();
  });
  after(() => scene?.stop());

  it("makes it ours, or not, whichever way it is named", async () => {
    await scene.apply(...Object.entries(MATRIX).map(([name, row]) => ingressOf(name, row)));
    await scene.settled();
    for (const [name, { ours }] of Object.entries(MATRIX)) {
      assert.equal(await scene.status(name), ours ? 200 : 404, name);
    }
  });

  it("is the field's when the annotation says otherwise", async () => {
    // The API server refuses both on creation only.
    await assert.rejects(scene.apply(ingressOf("both", { className: "sticky", annotation: "testclass" })), /class/);
    await scene.apply(
      ingressOf("field-ours", { className: "sticky" }),
      ingressOf("field-theirs", { className: "theirs" }),
    );
    await scene.apply(
      ingressOf("field-ours", { className: "sticky", annotation: "testclass" }),
      ingressOf("field-theirs", { className: "theirs", annotation: "nginx" }),
    );
    await scene.settled();
    assert.equal(await scene.status("field-ours"), 200);
    assert.equal(await scene.status("field-theirs"), 404);
  });

  it("may be taken away, and given", async () => {
    for (const ours of [{ className: "sticky" }, { annotation: "nginx" }] satisfies ClassOf[]) {
      await scene.apply(ingressOf("changing", ours));
      await scene.until("changing", 200);
      await scene.apply(ingressOf("changing", {}));
      await scene.until("changing", 404);
    }
  });

  it("may change from the annotation to the field and back without a failed request", async () => {
    await scene.apply(ingressOf("switching", { annotation: "nginx" }));
    await scene.until("switching", 200);
    const { cluster } = scene;
    const session = { cookie: "none=none", endpoint: "pod-1" };
    const load = new SessionLoad(cluster.limpet.httpPort, "switching.test", [session]);
    await scene.apply(ingressOf("switching", { className: "nginx" }));
    await scene.settled();
    await scene.apply(ingressOf("switching", { annotation: "nginx" }));
    await scene.settled();
    await load.stop();
    assert.deepEqual(load.failed, []);
    assert.ok(load.requests > 0);
  });

  it("counts as soon as it exists, and for as long, whatever came first", async () => {
    await scene.apply(ingressOf("early", { className: "late" }));
    await scene.settled();
    assert.equal(await scene.status("early"), 404);
    await scene.apply(ingressClass("late", "k8s.io/ingress-nginx"));
    await scene.until("early", 200);
    await cluster().admin.delete("ingressclass", "late");
    await scene.until("early", 404);
  });

  it("is another's when an IngressClass of our name names another controller", async () => {
    await scene.apply(ingressOf("taken", { className: "nginx" }));
    await scene.until("taken", 200);
    await scene.apply(ingressClass("nginx", "example.com/controller"));
    await scene.until("taken", 404);
    await cluster().admin.delete("ingressclass", "nginx");
    await scene.until("taken", 200);
  });

  it("is the cluster's default one where an Ingress names none", async () => {
    await scene.apply(ingressClass("default", "k8s.io/ingress-nginx", true));
    // The API server's copy of the classes follows a moment later.
    await scene.cluster.limpet.eventually("a default class", async () => {
      await scene.apply(ingressOf("defaulted", {}));
      const name = await cluster().admin.run(
        "get",
        "ingress",
        "defaulted",
        "--output=jsonpath={.spec.ingressClassName}",
      );
      if (name !== "default") await cluster().admin.delete("ingress", "defaulted");
      return name === "default";
    });
    await scene.until("defaulted", 200);
    await cluster().admin.delete("ingressclass", "default");
  });

  function cluster(): Cluster {
    return scene.cluster;
  }
});

describe("the class of an Ingress with --watch-ingress-without-class", () => {
  it("matters only where one is named", async () => {
    const scene = await Scene.start(["--watch-ingress-without-class"]);
    try {
      await scene.apply(...Object.entries(MATRIX).map(([name, row]) => ingressOf(name, row)));
      await scene.settled();
      for (const [name, { ours, withoutClass }] of Object.entries(MATRIX)) {
        assert.equal(await scene.status(name), ours || withoutClass ? 200 : 404, name);
      }
    } finally {
      await scene.stop();
    }
  });
});
