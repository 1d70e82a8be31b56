import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startEndpoint, type TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, type Manifest, service, slices, sticky } from "../support/manifests.ts";
import { podOfRevision } from "../support/pod-names.ts";
import { openSessions, type Session } from "../support/session-load.ts";

const HOST = "sticky.test";
const PLAIN = "plain.test";

function world(endpoints: readonly TestEndpoint[]): Manifest[] {
  const persistent = sticky({ "affinity-mode": "persistent" });
  const ingresses = [ingress({ name: "sticky", host: HOST, annotations: persistent }), ingress({ host: PLAIN })];
  return [...ingresses, service(), ...slices(endpoints)];
}

describe("a pod that comes", () => {
  let limpet: Limpet;
  let pods: readonly [TestEndpoint, TestEndpoint, TestEndpoint];
  before(async () => {
    pods = [await startEndpoint("a"), await startEndpoint("b"), await startEndpoint("c")];
    const [a, b] = pods;
    // Nothing here is to happen by the passing of time.
    limpet = await Limpet.start(world([a, b]), { flags: ["--join-delay", "60000"] });
  });
  after(async () => {
    await limpet?.stop();
    await Promise.all(pods.map((pod) => pod.kill()));
  });

  async function names(host: string, cookie?: string): Promise<Set<string>> {
    const seen = new Set<string>();
    for (let i = 0; i < 40; i++) {
      seen.add((await limpet.send(cookie === undefined ? { host } : { host, cookie })).endpoint);
    }
    return seen;
  }

  async function states(): Promise<Record<string, string>> {
    const { backends } = JSON.parse((await limpet.admin("/api/v1/snapshot")).body) as {
      backends: { endpoints: { endpoint: string; state: string }[] }[];
    };
    const all = backends.flatMap(({ endpoints }) => endpoints);
    const stateOf = ({ address, port }: TestEndpoint) =>
      all.find(({ endpoint }) => endpoint === `${address}:${port}`)?.state;
    return Object.fromEntries(pods.map((pod) => [pod.name, stateOf(pod) ?? "absent"]));
  }

  it("to a Backend that had none takes sessions at once", async () => {
    assert.deepEqual(await states(), { a: "ready", b: "ready", c: "absent" });
    assert.deepEqual(await names(HOST), new Set(["a", "b"]));
  });

  it("to others joins: no new session, whatever there is without affinity, and whoever is bound already", async () => {
    const [a, b, c] = pods;
    await limpet.apply(world([c]));
    const [session] = (await openSessions(limpet, HOST, 1)) as [Session];
    await limpet.apply(world([a, b]));
    await limpet.apply(world([a, b, c]));
    assert.deepEqual(await states(), { a: "ready", b: "ready", c: "joining" });
    assert.match((await limpet.admin("/metrics")).body, /^limpet_endpoints\{.*state="joining"\} 1$/m);
    assert.deepEqual(await names(HOST), new Set(["a", "b"]));
    assert.deepEqual(await names(HOST, session.cookie), new Set(["c"]));
    assert.deepEqual(await names(PLAIN), new Set(["a", "b", "c"]));
  });

  it("is ready as soon as there is nobody else", async () => {
    await limpet.apply(world([pods[2]]));
    assert.deepEqual(await states(), { a: "absent", b: "absent", c: "ready" });
    assert.deepEqual(await names(HOST), new Set(["c"]));
  });
});

describe("a roll-out during which the controller dies", () => {
  let limpet: Limpet;
  let old: readonly TestEndpoint[];
  let fresh: TestEndpoint;
  let sessions: readonly Session[];
  before(async () => {
    old = await Promise.all([1, 2, 3].map((pod) => startEndpoint(podOfRevision(1, pod))));
    fresh = await startEndpoint(podOfRevision(2, 4));
    limpet = await Limpet.start(world(old));
  });
  after(async () => {
    await limpet?.stop();
    await Promise.all([...old, fresh].map((pod) => pod.kill()));
  });

  it("goes on: sessions whose pod is gone, before or after, come to the new one", async () => {
    sessions = await openSessions(limpet, HOST, 30);
    const [first, second, third] = old as [TestEndpoint, TestEndpoint, TestEndpoint];
    await limpet.apply(world([...old, fresh]));
    await limpet.apply(world([second, third, fresh]));
    await limpet.signal("SIGKILL");
    await limpet.run();
    await limpet.apply(world([third, fresh]));
    for (const { cookie, endpoint } of sessions) {
      const stays = endpoint === third.name;
      assert.equal((await limpet.send({ host: HOST, cookie })).endpoint, stays ? endpoint : fresh.name);
    }
    assert.deepEqual(
      new Set(sessions.map(({ endpoint }) => endpoint)),
      new Set([first, second, third].map((it) => it.name)),
    );
  });

  it("is told by explain", async () => {
    const gone = sessions.find(({ endpoint }) => endpoint === old[0]?.name) as Session;
    const header = encodeURIComponent(`Cookie:${gone.cookie}`);
    const reply = await limpet.admin(`/api/v1/explain?url=http://${HOST}/&header=${header}`);
    const { reason, endpoint, steps } = JSON.parse(reply.body) as {
      reason: string;
      endpoint: string;
      steps: { step: string; outcome: string }[];
    };
    assert.deepEqual([reason, endpoint], ["gone", `${fresh.address}:${fresh.port}`]);
    assert.ok(steps.some(({ step, outcome }) => step === "roll-out" && outcome === "newest"));
  });
});
