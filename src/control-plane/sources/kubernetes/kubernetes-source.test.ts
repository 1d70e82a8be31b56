import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { Problem } from "../../problems/problem.ts";
import { FakeClock, settled } from "../../time/fake-clock.ts";
import type { ObjectChange, Source, SourceSink } from "../source.ts";
import { type KubernetesSourceOptions, kubernetesSource } from "./kubernetes-source.ts";
import { everyObject } from "./resource.ts";
import { failure, type RawObject, rawService, TestApi, type TestStream } from "./test-api.ts";

const INGRESSES = everyObject("Ingress").path;
const CLASSES = everyObject("IngressClass").path;
const SERVICES = everyObject("Service").path;
const SECRETS = "/api/v1/namespaces/shop/secrets";

function rawIngress(name: string, version: number): RawObject {
  return { metadata: { name, namespace: "default", resourceVersion: String(version) }, spec: { rules: [] } };
}

function rawSecret(name: string, version: number, text = "secret"): RawObject {
  const data = { key: Buffer.from(text).toString("base64") };
  return { metadata: { name, namespace: "shop", resourceVersion: String(version) }, data };
}

function told(change: ObjectChange): string {
  if (change.type === "deleted") return `deleted ${change.kind} ${change.name}`;
  return `${change.object.kind} ${change.object.metadata.name}`;
}

/** What comes in one turn of the event loop is handed over in the next one. */
async function handedOver(): Promise<void> {
  await settled();
  await settled();
}

describe("kubernetesSource", () => {
  let api: TestApi;
  let clock: FakeClock;
  let source: Source;
  let batches: string[][];
  let problems: readonly Problem[];
  let failures: string[];
  let warnings: string[];

  beforeEach(() => {
    api = new TestApi();
    api.objects.set(INGRESSES, [rawIngress("web", 1)]);
    api.objects.set(SERVICES, [rawService("web", 2)]);
    clock = new FakeClock();
    batches = [];
    problems = [];
    failures = [];
    warnings = [];
  });

  afterEach(() => source.stop());

  function make(more: Partial<KubernetesSourceOptions> = {}): void {
    const warn = (message: string) => void warnings.push(message);
    source = kubernetesSource({ client: api, patient: true, clock, random: () => 0, warn, ...more });
  }

  const sink: SourceSink = {
    changed: (changes) => void batches.push(changes.map(told)),
    problems: (all) => {
      problems = all;
    },
    failing: (failure) => void failures.push(failure),
  };

  function stream(path: string): TestStream {
    return api.streams.findLast(({ request }) => request.path === path) as TestStream;
  }

  it("hands everything over in one batch, also when there is nothing", async () => {
    make();
    await source.start(sink);
    assert.deepEqual(batches, [["Ingress web", "Service web"]]);
    await source.stop();
    api.objects.clear();
    make();
    await source.start(sink);
    assert.deepEqual(batches[1], []);
  });

  it("makes one batch of what comes together, at once, and none of what changes nothing", async () => {
    make();
    await source.start(sink);
    await settled();
    stream(SERVICES).send("ADDED", rawService("one", 110));
    stream(SERVICES).send("ADDED", rawService("two", 111));
    stream(INGRESSES).send("DELETED", rawIngress("web", 112));
    await handedOver();
    assert.deepEqual(
      batches.slice(1).map((batch) => batch.toSorted()),
      [["Service one", "Service two", "deleted Ingress web"]],
    );
    stream(SERVICES).send("MODIFIED", { ...rawService("one", 113), status: { conditions: [{ type: "any" }] } });
    await handedOver();
    assert.equal(batches.length, 2);
  });

  it("tells the newest of an object that changed several times", async () => {
    make();
    await source.start(sink);
    await settled();
    stream(SERVICES).send("ADDED", rawService("one", 110));
    stream(SERVICES).send("DELETED", rawService("one", 111));
    await handedOver();
    assert.deepEqual(batches.slice(1), [["deleted Service one"]]);
  });

  it("goes on trying, and says why it cannot be read, and that it can again", async () => {
    const answer = api.answerList;
    api.answerList = () => Promise.reject(new Error("The API server is away."));
    make();
    const started = source.start(sink);
    await settled();
    assert.deepEqual(failures, ["The API server is away."]);
    assert.equal(source.connected?.().get("Service"), false);
    api.answerList = answer;
    await clock.advance(500);
    await started;
    await settled();
    assert.deepEqual([batches.length, failures.at(-1), source.connected?.().get("Service")], [1, "", true]);
  });

  it("gives up at once when it is not to be patient", async () => {
    api.answerList = () => Promise.reject(new Error("The API server is away."));
    make({ patient: false });
    await assert.rejects(source.start(sink), { message: "The API server is away." });
  });

  it("counts as failing while its first lists take long, so that what is stored can stand in", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    api.answerList = async ({ path }) => {
      await promise;
      return api.page(path);
    };
    make();
    const started = source.start(sink);
    await clock.advance(30_000);
    assert.deepEqual([failures, batches], [["The API server has not given all its lists yet."], []]);
    resolve();
    await started;
    assert.deepEqual([failures.at(-1), batches.length], ["", 1]);
  });

  it("does without IngressClasses where they may not be read, and takes them up when they may", async () => {
    api.answerList = async ({ path }) => {
      if (path === CLASSES) throw failure(403, "Forbidden");
      return api.page(path);
    };
    make({ namespace: "default" });
    await source.start(sink);
    assert.deepEqual([batches.length, failures, warnings.length], [1, [], 1]);
    assert.deepEqual(
      api.lists.map(({ path }) => path),
      [
        "/apis/networking.k8s.io/v1/namespaces/default/ingresses",
        "/apis/networking.k8s.io/v1/ingressclasses",
        "/api/v1/namespaces/default/services",
        "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices",
      ],
    );
    const classes = { metadata: { name: "nginx", resourceVersion: "5" }, spec: { controller: "k8s.io/ingress-nginx" } };
    api.answerList = async ({ path }) => api.page(path, path === CLASSES ? [classes] : []);
    await clock.advance(1000);
    await handedOver();
    assert.deepEqual(batches.at(-1), ["IngressClass nginx"]);
  });

  it("does not do without Services", async () => {
    api.answerList = async ({ path }) => {
      if (path === SERVICES) throw failure(403, "Forbidden");
      return api.page(path);
    };
    make();
    void source.start(sink);
    await settled();
    assert.deepEqual([batches.length, failures.length], [0, 1]);
  });

  it("reads those Secrets alone that are wanted, by their names, and forgets them when they are not", async () => {
    make();
    await source.start(sink);
    api.objects.set(SECRETS, [rawSecret("tls", 4)]);
    const want = source.want as NonNullable<Source["want"]>;
    await want([{ kind: "Secret", namespace: "shop", name: "tls" }]);
    assert.deepEqual(batches.slice(1), [["Secret tls"]]);
    assert.equal(api.lists.at(-1)?.query?.fieldSelector, "metadata.name=tls");
    await settled();
    assert.equal(stream(SECRETS).request.query?.fieldSelector, "metadata.name=tls");
    await want([]);
    assert.deepEqual(batches.slice(2), [["deleted Secret tls"]]);
    assert.equal(source.connected?.().has("Secret"), false);
  });

  it("does not wait for ever for a Secret that may not be read", async () => {
    make();
    await source.start(sink);
    api.answerList = () => Promise.reject(failure(403, "Forbidden"));
    await source.want?.([{ kind: "Secret", namespace: "shop", name: "tls" }]);
    assert.deepEqual([batches.length, warnings.length, failures], [1, 1, []]);
  });

  it("has what is always wanted in the first batch", async () => {
    api.objects.set(SECRETS, [rawSecret("keys", 4)]);
    make({ always: [{ kind: "Secret", namespace: "shop", name: "keys" }] });
    await source.start(sink);
    assert.deepEqual(batches, [["Ingress web", "Service web", "Secret keys"]]);
  });

  it("tells Problems, and that they are gone", async () => {
    api.objects.set(SERVICES, [{ ...rawService("web", 2), spec: 7 }]);
    make();
    await source.start(sink);
    assert.deepEqual(batches, [["Ingress web"]]);
    assert.equal(problems[0]?.object, "Service default/web");
    await settled();
    stream(SERVICES).send("MODIFIED", rawService("web", 120));
    await handedOver();
    assert.deepEqual([problems, batches.at(-1)], [[], ["Service web"]]);
  });

  it("can be stopped before it has delivered", async () => {
    api.answerList = () => Promise.reject(new Error("The API server is away."));
    make();
    const started = source.start(sink);
    await settled();
    await source.stop();
    await started;
    assert.deepEqual([batches, clock.waiting], [[], 0]);
  });
});
