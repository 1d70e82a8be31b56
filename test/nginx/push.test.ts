import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { encode } from "../../src/snapshot/codec.ts";
import { DataPlane, translate } from "../support/data-plane.ts";
import { startEndpoints, type TestEndpoint } from "../support/endpoints.ts";
import { ingress, service, slices, sticky } from "../support/manifests.ts";
import { workersOf } from "../support/workers.ts";

describe("a push", () => {
  let dataPlane: DataPlane;
  let endpoints: TestEndpoint[];

  before(async () => {
    endpoints = await startEndpoints(2);
    dataPlane = await DataPlane.start({ nginx: { workers: 2, sharedMemoryMegabytes: 4 } });
    const answer = await dataPlane.push(
      translate([ingress({ name: "web", host: "web.test", annotations: sticky() }), service(), ...slices(endpoints)]),
    );
    assert.ok(answer.accepted);
  });

  after(async () => {
    await dataPlane.stop();
    await Promise.all(endpoints.map((endpoint) => endpoint.kill()));
  });

  async function serves(host: string): Promise<boolean> {
    const statuses = await Promise.all(Array.from({ length: 8 }, () => dataPlane.send({ host })));
    return statuses.every((reply) => reply.status === 200);
  }

  function host(name: string): [string, string] {
    const route = {
      host: name,
      path: "/",
      match: "prefix",
      ingress: "default/x",
      service: "default/web:80",
      backend: "default/web:80",
    };
    return [`host/${name}`, encode({ host: name, routes: [route] })];
  }

  it("is live in every worker once it is accepted, and so is a deletion", async () => {
    assert.ok((await dataPlane.push(new Map([host("new.test")]))).accepted);
    assert.ok(await serves("new.test"));
    assert.ok((await dataPlane.push(new Map([["host/new.test", undefined]]))).accepted);
    assert.equal((await dataPlane.send({ host: "new.test" })).status, 404);
  });

  it("that comes while the one before it is still tidied up keeps what it says of the same names", async () => {
    const hosts = Array.from({ length: 400 }, (_, i) => host(`again-${i}.test`));
    assert.ok((await dataPlane.push(new Map(hosts))).accepted);
    assert.ok((await dataPlane.push(new Map(hosts.map(([name]) => [name, undefined])))).accepted);
    assert.ok((await dataPlane.push(new Map(hosts))).accepted);
    const statuses = new Set<number>();
    for (const i of hosts.keys()) statuses.add((await dataPlane.send({ host: `again-${i}.test` })).status);
    assert.deepEqual([...statuses], [200]);
    assert.ok((await dataPlane.push(new Map(hosts.map(([name]) => [name, undefined])))).accepted);
  });

  it("outlives NGINX's configuration, should somebody have it read anew, and so does the way of the next one", async () => {
    const master = dataPlane.process.pid as number;
    const before = await workersOf(master);
    dataPlane.process.kill("SIGHUP");
    const deadline = Date.now() + 10_000;
    while ((await workersOf(master)).some((pid) => before.includes(pid))) {
      assert.ok(Date.now() < deadline, "the workers stay");
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assert.ok(await serves("web.test"));
    assert.ok((await dataPlane.push(new Map([host("reloaded.test")]))).accepted);
    assert.ok(await serves("reloaded.test"));
    assert.ok((await dataPlane.push(new Map([["host/reloaded.test", undefined]]))).accepted);
  });

  it("of a whole Snapshot gives way to one that came after it, and leaves nothing in it", async () => {
    // One worker takes connections up in their order.
    const one = await DataPlane.start({ nginx: { workers: 1, sharedMemoryMegabytes: 4 } });
    try {
      const whole = (name: string) =>
        translate([ingress({ name, host: `${name}.test`, annotations: sticky() }), service(), ...slices(endpoints)]);
      const slow = one.beginPush(whole("slow"), 300);
      await slow.sent;
      assert.ok((await one.push(whole("web"), true)).accepted);
      assert.equal(await slow.finish(), 409);
      assert.equal((await one.send({ host: "web.test" })).status, 200);
      assert.equal((await one.send({ host: "slow.test" })).status, 404);
    } finally {
      await one.stop();
    }
  });

  it("that does not fit is refused whole, and the old configuration goes on", async () => {
    const many = Array.from({ length: 60 }, (_, i): [string, string] => {
      const [name, bytes] = host(`big-${i}.test`);
      const filler = encode(randomBytes(100_000).toString("latin1"));
      return [name, `${bytes.replace("{2:", "{3:")}6:filler${filler}`];
    });
    const answer = await dataPlane.push(new Map([host("first.test"), ...many]));
    assert.deepEqual([answer.accepted, answer.accepted || answer.reason], [false, "memory"]);
    assert.equal((await dataPlane.send({ host: "first.test" })).status, 404);
    assert.ok(await serves("web.test"));
    assert.ok((await dataPlane.push(new Map([host("small.test")]))).accepted, "what it took is free again");
    assert.ok(await serves("small.test"));
  });

  it("that does not parse is refused whole", async () => {
    const broken: [string, string][] = [
      ["host/broken.test", "{1:4:hosts3:abc"],
      ["host/broken.test", encode({ host: "broken.test" })],
      ["backend/x/y:80", encode({ id: "x/y:80" })],
      ["ring/x/y:80", "\x01\x00\x00\x00"],
      ["slots", encode({ values: "short", formerValues: "" })],
      ["nonsense", encode({})],
    ];
    for (const entry of broken) {
      const answer = await dataPlane.push(new Map([host("beside.test"), entry]));
      assert.deepEqual([answer.accepted, answer.accepted || answer.reason], [false, "malformed"], entry[0]);
      assert.equal((await dataPlane.send({ host: "beside.test" })).status, 404);
      assert.ok(await serves("web.test"));
    }
  });

  it("that builds on another generation is refused", async () => {
    const stale = new Map([host("stale.test")]);
    const { lineage, generation } = await dataPlane.control.state();
    const { encodePush } = await import("../../src/control-plane/publish/push.ts");
    for (const header of [
      { lineage, base: generation - 1 },
      { lineage: "f".repeat(32), base: generation },
    ]) {
      const push = { ...header, generation: header.base + 1, full: false, changes: stale };
      const answer = await dataPlane.control.push(Buffer.from([...encodePush(push)].join(""), "latin1"));
      assert.deepEqual([answer.accepted, answer.accepted || answer.reason], [false, "base"]);
    }
    assert.equal((await dataPlane.send({ host: "stale.test" })).status, 404);
  });

  it("of a whole Snapshot replaces everything", async () => {
    const answer = await dataPlane.push(
      translate([ingress({ name: "other", host: "other.test" }), service(), ...slices(endpoints)]),
      true,
    );
    assert.ok(answer.accepted);
    assert.ok(await serves("other.test"));
    assert.equal((await dataPlane.send({ host: "web.test" })).status, 404);
  });
});

describe("a whole push of entries that were checked before", () => {
  const BROKEN: [string, string] = ["host/broken.test", encode({ host: "broken.test" })];

  let dataPlane: DataPlane;
  let whole: Map<string, string | undefined>;

  before(async () => {
    whole = new Map([...translate([ingress({ name: "web", host: "web.test" }), service()]), BROKEN]);
    dataPlane = await DataPlane.start({ nginx: { fingerprint: "abcd" } });
  });

  after(() => dataPlane.stop());

  for (const [by, checkedBy] of [
    ["nobody", undefined],
    ["other code", "0123"],
  ] as const) {
    it(`by ${by} is checked`, async () => {
      const answer = await dataPlane.push(whole, true, checkedBy);
      assert.deepEqual([answer.accepted, answer.accepted || answer.reason], [false, "malformed"]);
    });
  }

  it("by the same code is not, and what is broken all the same harms nobody else", async () => {
    assert.ok((await dataPlane.push(whole, true, "abcd")).accepted);
    assert.equal((await dataPlane.send({ host: "web.test" })).status, 503);
    assert.equal((await dataPlane.send({ host: "broken.test" })).status, 404);
  });

  it("lets changes be checked, whatever they say", async () => {
    const answer = await dataPlane.push(new Map([BROKEN]), false, "abcd");
    assert.deepEqual([answer.accepted, answer.accepted || answer.reason], [false, "malformed"]);
  });
});
