import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { FakeDnsServer } from "../../src/control-plane/names/fake-dns-server.ts";
import type { Problem } from "../../src/control-plane/problems/problem.ts";
import { cookieOf } from "../support/client.ts";
import { startEndpoint, type TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { externalService, ingress, type Manifest, sticky } from "../support/manifests.ts";

const HOST = "shop.test";
const ADDRESSES = ["127.0.0.2", "127.0.0.3", "127.0.0.4"];
const NAME = "api.example.org";

/** What a name leads to has one port: a free one on all of the addresses. */
async function startOnOnePort(): Promise<TestEndpoint[]> {
  const started: TestEndpoint[] = [];
  try {
    for (const address of ADDRESSES)
      started.push(await startEndpoint(address, { address, port: started[0]?.port ?? 0 }));
    return started;
  } catch (error) {
    await Promise.all(started.map((endpoint) => endpoint.kill()));
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    return startOnOnePort();
  }
}

describe("an ExternalName Service", () => {
  let dns: FakeDnsServer;
  let limpet: Limpet;
  let endpoints: TestEndpoint[];

  before(async () => {
    dns = await FakeDnsServer.start();
    endpoints = await startOnOnePort();
    dns.tell(NAME, ADDRESSES, 0);
    limpet = await Limpet.start(world(NAME), { flags: ["--dns-servers", dns.address] });
  });

  after(async () => {
    await limpet.stop();
    await dns.stop();
    await Promise.all(endpoints.map((endpoint) => endpoint.kill()));
  });

  beforeEach(async () => {
    dns.answers.clear();
    dns.tell(NAME, ADDRESSES, 0);
    await limpet.write(world(NAME));
    await limpet.eventually("all addresses", async () => (await served()).length === ADDRESSES.length);
  });

  function world(externalName: string): Manifest[] {
    const port = endpoints[0]?.port as number;
    const annotations = sticky({ "affinity-mode": "persistent" });
    const paths = [{ service: "web", port }];
    return [ingress({ name: "shop", host: HOST, annotations, paths }), externalService(externalName)];
  }

  async function served(): Promise<string[]> {
    const { body } = await limpet.admin("/api/v1/snapshot");
    return ADDRESSES.filter((address) => body.includes(address));
  }

  async function problems(): Promise<string[]> {
    const { body } = await limpet.admin("/api/v1/problems");
    return (JSON.parse(body) as { problems: readonly Problem[] }).problems.map(({ code }) => code);
  }

  /** Cookies by the endpoint that gave them: sessions on each. */
  async function openSessions(): Promise<Map<string, string>> {
    const sessions = new Map<string, string>();
    while (new Set(sessions.values()).size < ADDRESSES.length) {
      const reply = await limpet.send({ host: HOST });
      sessions.set(cookieOf(reply), reply.endpoint);
    }
    return sessions;
  }

  async function assertKept(sessions: ReadonlyMap<string, string>, except = ""): Promise<void> {
    for (const [cookie, endpoint] of sessions) {
      const reply = await limpet.send({ host: HOST, cookie });
      assert.equal(reply.status, 200);
      if (endpoint === except) assert.notEqual(reply.endpoint, except);
      else assert.deepEqual([reply.endpoint, reply.setCookies], [endpoint, []]);
    }
  }

  /** Resolves when the name has been asked for so many times more, and answered. */
  async function asked(times: number): Promise<void> {
    const count = () => dns.asked.filter((question) => question === `A ${NAME}`).length;
    // One more: the answers to all before it have been taken in by then.
    const goal = count() + times + 1;
    await limpet.eventually("more look-ups", async () => count() >= goal);
  }

  it("leads to the addresses of its name, and the endpoint sees the host that the client asked for", async () => {
    const seen = await openSessions();
    assert.deepEqual([...new Set(seen.values())].sort(), ADDRESSES);
    assert.equal(endpoints[0]?.received()[0]?.headers.host, HOST);
  });

  it("keeps every session when DNS gives the addresses in another order", async () => {
    const sessions = await openSessions();
    const generation = await limpet.generation();
    dns.tell(NAME, ADDRESSES.toReversed(), 0);
    await asked(2);
    await assertKept(sessions);
    assert.equal(await limpet.generation(), generation);
  });

  it("moves only the sessions of an address that has left", async () => {
    const sessions = await openSessions();
    const [gone, ...left] = ADDRESSES as [string, ...string[]];
    dns.tell(NAME, left, 0);
    await limpet.eventually("the change", async () => (await served()).length === left.length);
    await assertKept(sessions, gone);
  });

  it("keeps every session while DNS is away, across a restart too, and says so", async () => {
    const sessions = await openSessions();
    dns.fail(NAME, "SERVFAIL");
    await limpet.eventually("the Problem", async () => (await problems()).includes("service/external-name-stale"));
    await assertKept(sessions);
    await limpet.signal("SIGKILL");
    await limpet.run();
    await assertKept(sessions);
    await limpet.eventually("the Problem", async () => (await problems()).includes("service/external-name-stale"));
    dns.tell(NAME, ADDRESSES, 0);
    await limpet.eventually("no Problem", async () => (await problems()).length === 0);
    await assertKept(sessions);
  });

  it("has nothing to go by when DNS is away and the memory is lost", async () => {
    dns.fail(NAME, "SERVFAIL");
    await limpet.signal("SIGKILL");
    await rm(join(limpet.state, "names.json"));
    await limpet.run();
    assert.equal((await limpet.send({ host: HOST })).status, 503);
    assert.deepEqual(await problems(), ["service/external-name-unresolved"]);
  });

  it("is followed to another name, without an answer that is missing in between", async () => {
    dns.tell("other.example.org", ["127.0.0.3"], 0);
    dns.fail("silent.example.org", "SILENCE");
    await limpet.apply(world("other.example.org."));
    const reply = await limpet.send({ host: HOST });
    assert.deepEqual([reply.status, reply.endpoint], [200, "127.0.0.3"]);
    await limpet.write(world("silent.example.org"));
    await limpet.eventually("the question", async () => dns.asked.includes("A silent.example.org"));
    assert.equal((await limpet.send({ host: HOST })).endpoint, "127.0.0.3");
  });

  it("answers 503 while its name does not resolve, and 200 as soon as it does", async () => {
    await limpet.apply(world("later.example.org"));
    assert.equal((await limpet.send({ host: HOST })).status, 503);
    assert.deepEqual(await problems(), ["service/external-name-unresolved"]);
    dns.tell("later.example.org", ["127.0.0.2"], 0);
    await limpet.eventually("an answer", async () => (await limpet.send({ host: HOST })).status === 200);
    assert.deepEqual(await problems(), []);
  });

  it("answers 503 for a name of this machine, and when there is no Service", async () => {
    await limpet.apply(world("localhost"));
    assert.equal((await limpet.send({ host: HOST })).status, 503);
    assert.deepEqual(await problems(), ["service/external-name-is-loopback"]);
    await limpet.apply(world(NAME));
    await limpet.eventually("an answer", async () => (await limpet.send({ host: HOST })).status === 200);
    await limpet.apply(world(NAME).slice(0, 1));
    assert.equal((await limpet.send({ host: HOST })).status, 503);
  });
});
