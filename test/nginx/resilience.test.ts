import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import net from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { startEndpoints, type TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, type Manifest, service, slices, sticky } from "../support/manifests.ts";
import { openSessions, SessionLoad } from "../support/session-load.ts";

const HOST = "sticky.test";

function objects(endpoints: readonly TestEndpoint[]): Manifest[] {
  return [
    ingress({ name: "sticky", host: HOST, annotations: sticky({ "affinity-mode": "persistent" }) }),
    service(),
    ...slices(endpoints),
  ];
}

describe("under load", () => {
  let limpet: Limpet;
  let endpoints: TestEndpoint[];

  before(async () => {
    endpoints = await startEndpoints(4);
    limpet = await Limpet.start(objects(endpoints), { workers: 2 });
  });

  after(async () => {
    await limpet.stop();
    await Promise.all(endpoints.map((endpoint) => endpoint.kill()));
  });

  it("a controller that is killed and restarted costs no request and moves no session", async () => {
    const load = new SessionLoad(limpet.httpPort, HOST, await openSessions(limpet, HOST, 8));
    for (let i = 0; i < 3; i++) {
      await limpet.signal("SIGKILL");
      const before = load.requests;
      await limpet.eventually("requests without a controller", async () => load.requests > before + 50);
      await limpet.run();
    }
    const before = load.requests;
    await limpet.eventually("more requests", async () => load.requests > before + 50);
    await load.stop();
    assert.deepEqual(load.failed, []);
    assert.equal(load.moved, 0);
  });

  it("changes are live after a restart of the controller, in the NGINX that went on running", async () => {
    const before = await limpet.workers();
    await limpet.signal("SIGKILL");
    await limpet.run();
    await limpet.apply([ingress({ name: "later", host: "later.test" })], "later.json");
    assert.equal((await limpet.send({ host: "later.test" })).status, 200);
    assert.deepEqual(await limpet.workers(), before);
  });

  it("a controller that cannot start leaves the NGINX that went on running as it is", async () => {
    const before = await limpet.workers();
    await limpet.signal("SIGKILL");
    const other = net.createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => other.listen(limpet.adminPort, "127.0.0.1", resolve));
    await assert.rejects(limpet.run());
    assert.deepEqual(await limpet.workers(), before);
    assert.equal((await limpet.send({ host: HOST })).status, 200);
    await new Promise((resolve) => other.close(resolve));
    await limpet.run();
    assert.deepEqual(await limpet.workers(), before);
  });

  it("changes of routes and endpoints cost no request, and the workers stay the same", async () => {
    const sessions = await openSessions(limpet, HOST, 4);
    const before = await limpet.workers();
    const load = new SessionLoad(limpet.httpPort, HOST, sessions);
    for (let i = 0; i < 60; i++) {
      await limpet.apply([ingress({ name: "churn", host: `churn-${i}.test` })], "churn.json");
      const reply = await limpet.send({ host: `churn-${i}.test` });
      assert.equal(reply.status, 200);
    }
    await load.stop();
    assert.deepEqual(load.failed, []);
    assert.equal(load.moved, 0);
    assert.deepEqual(await limpet.workers(), before);
  });

  it("a worker that is killed comes back with the same answers", async () => {
    const sessions = await openSessions(limpet, HOST, 10);
    const victim = (await limpet.workers())[0] as number;
    process.kill(victim, "SIGKILL");
    await limpet.eventually("a new worker", async () => {
      for (const { cookie, endpoint } of sessions) {
        const reply = await limpet.send({ host: HOST, cookie });
        assert.equal(reply.status, 200);
        assert.equal(reply.endpoint, endpoint);
      }
      return !(await limpet.workers()).includes(victim);
    });
  });

  it("an NGINX that is killed is started again, with everything that it served", async () => {
    const sessions = await openSessions(limpet, HOST, 5);
    const master = Number(await readFile(join(limpet.state, "run", "nginx.pid"), "utf8"));
    process.kill(master, "SIGKILL");
    await limpet.eventually("another master", async () => {
      const pid = Number(await readFile(join(limpet.state, "run", "nginx.pid"), "utf8"));
      return pid !== master && (await limpet.send({ host: HOST })).status === 200;
    });
    for (const { cookie, endpoint } of sessions) {
      assert.equal((await limpet.send({ host: HOST, cookie })).endpoint, endpoint);
    }
  });
});

describe("the last good snapshot", () => {
  it("ends a start when it cannot be read, and with it the NGINX that was started meanwhile", async () => {
    const limpet = await Limpet.start([]);
    try {
      await limpet.signal("SIGTERM");
      const journal = join(limpet.state, "snapshot.journal");
      await rm(journal, { force: true });
      await mkdir(journal);
      const before = limpet.log.length;
      await assert.rejects(limpet.run(), /waited in vain/);
      const said = limpet.log.slice(before);
      assert.match(said, /NGINX runs/);
      assert.match(said, /limpet: .*EISDIR/);
      assert.equal(existsSync(join(limpet.state, "run", "nginx.pid")), false);
      await assert.rejects(limpet.send({ host: HOST }), /ECONNREFUSED/);
    } finally {
      await limpet.stop();
    }
  });

  it("is served by a data plane that starts without its source", async () => {
    const endpoints = await startEndpoints(3);
    const limpet = await Limpet.start(objects(endpoints));
    try {
      const sessions = await openSessions(limpet, HOST, 5);
      await limpet.signal("SIGTERM");
      const { rename } = await import("node:fs/promises");
      await rename(limpet.manifests, `${limpet.manifests}-away`);
      // Not ready, as its source is away: the routes must be there all the same.
      const running = limpet.run().catch(() => {});
      await limpet.eventually("the old routes", async () => (await limpet.send({ host: HOST })).status === 200);
      for (const { cookie, endpoint } of sessions) {
        const reply = await limpet.send({ host: HOST, cookie });
        assert.equal(reply.endpoint, endpoint);
      }
      await rename(`${limpet.manifests}-away`, limpet.manifests);
      await running;
      assert.equal((await limpet.admin("/readyz")).status, 200);
    } finally {
      await limpet.stop();
      await Promise.all(endpoints.map((endpoint) => endpoint.kill()));
    }
  });

  for (const [what, damage] of [
    ["truncated", (bytes: Buffer) => bytes.subarray(0, Math.floor(bytes.length / 2))],
    ["garbage", (bytes: Buffer) => Buffer.alloc(bytes.length, "?")],
  ] as const) {
    it(`is passed over with a word about it when it is ${what}`, async () => {
      const endpoints = await startEndpoints(2);
      const limpet = await Limpet.start(objects(endpoints));
      try {
        await limpet.signal("SIGTERM");
        const file = join(limpet.state, "snapshot.journal");
        await writeFile(file, damage(await readFile(file)));
        await limpet.run();
        assert.equal((await limpet.send({ host: HOST })).status, 200);
        assert.match(limpet.log, /snapshot\.journal/);
      } finally {
        await limpet.stop();
        await Promise.all(endpoints.map((endpoint) => endpoint.kill()));
      }
    });
  }
});

describe("one broken object among many", () => {
  it("harms nobody else", async () => {
    const endpoints = await startEndpoints(1);
    const many = Array.from({ length: 999 }, (_, i) => ingress({ name: `site-${i}`, host: `site-${i}.test` }));
    const broken = {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { name: "broken" },
      spec: { rules: "?" },
    };
    const limpet = await Limpet.start([
      ...many.slice(0, 500),
      broken,
      ...many.slice(500),
      service(),
      ...slices(endpoints),
    ]);
    try {
      for (let i = 0; i < 999; i++) assert.equal((await limpet.send({ host: `site-${i}.test` })).status, 200);
      const { problems } = JSON.parse((await limpet.admin("/api/v1/problems")).body) as {
        problems: { object: string }[];
      };
      assert.ok(problems.some((problem) => problem.object === "Ingress default/broken"));
    } finally {
      await limpet.stop();
      await Promise.all(endpoints.map((endpoint) => endpoint.kill()));
    }
  });
});
