import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { ABSENT } from "./answer.ts";
import { FakeDnsServer } from "./fake-dns-server.ts";
import { SystemLookUp } from "./system-look-up.ts";

describe("a look-up by the system", () => {
  let folder: string;
  let hosts: string;
  let resolvConf: string;
  let server: FakeDnsServer;
  let system: SystemLookUp;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "limpet-names-"));
    hosts = join(folder, "hosts");
    resolvConf = join(folder, "resolv.conf");
  });

  after(() => rm(folder, { recursive: true }));

  beforeEach(async () => {
    await writeFile(hosts, "");
    await writeFile(resolvConf, "");
    server = await FakeDnsServer.start();
    system = new SystemLookUp({ servers: [server.address], hosts, resolvConf, timeoutMs: 250, attempts: 1 });
  });

  afterEach(async () => {
    system.stop();
    await server.stop();
  });

  it("gives the addresses of both families with their TTL", async () => {
    server.tell("api.example.org", ["192.0.2.2", "192.0.2.1", "2001:db8::1"], 42);
    assert.deepEqual(await system.lookUp("api.example.org"), {
      ipv4: { addresses: ["192.0.2.2", "192.0.2.1"], ttl: 42 },
      ipv6: { addresses: ["2001:db8::1"], ttl: 42 },
    });
  });

  it("follows an alias, and holds as long as the shorter of both records", async () => {
    const alias = { name: "lb.example.org", ttl: 5 };
    server.answers.set("A api.example.org", { addresses: ["192.0.2.1"], ttl: 300, alias });
    const { ipv4 } = await system.lookUp("api.example.org");
    assert.deepEqual(ipv4, { addresses: ["192.0.2.1"], ttl: 5 });
  });

  it("asks the server each time", async () => {
    server.tell("api.example.org", ["192.0.2.1"], 600);
    await system.lookUp("api.example.org");
    server.tell("api.example.org", ["192.0.2.2"], 600);
    const { ipv4 } = await system.lookUp("api.example.org");
    assert.deepEqual(ipv4, { addresses: ["192.0.2.2"], ttl: 600 });
  });

  it("completes a name with the search list, and not one that ends in a dot", async () => {
    await writeFile(resolvConf, "search shop.test svc.test\noptions ndots:2\n");
    server.tell("db.svc.test", ["192.0.2.1"]);
    server.tell("db", ["192.0.2.9"]);
    assert.deepEqual((await system.lookUp("db")).ipv4, { addresses: ["192.0.2.1"], ttl: 60 });
    assert.deepEqual((await system.lookUp("db.")).ipv4, { addresses: ["192.0.2.9"], ttl: 60 });
    assert.deepEqual(server.asked, [
      "A db.shop.test",
      "AAAA db.shop.test",
      "A db.svc.test",
      "AAAA db.svc.test",
      "A db",
      "AAAA db",
    ]);
  });

  it("goes on where a search domain fails or cannot be, and stops where nobody answers", async () => {
    const long = `${"a".repeat(60)}.`.repeat(4);
    await writeFile(resolvConf, `search ${long}long.test broken.test svc.test\noptions ndots:2\n`);
    server.fail("db.broken.test", "SERVFAIL");
    server.tell("db.svc.test", ["192.0.2.1"]);
    assert.deepEqual((await system.lookUp("db")).ipv4, { addresses: ["192.0.2.1"], ttl: 60 });
    assert.deepEqual((await system.lookUp("other")).ipv4, { addresses: [], ttl: 0 });
    server.answers.delete("A db.svc.test");
    assert.deepEqual((await system.lookUp("db")).ipv4, { code: "ESERVFAIL" });
    server.fail("db.broken.test", "SILENCE");
    const asked = server.asked.length;
    assert.deepEqual((await system.lookUp("db")).ipv4, { code: "ETIMEOUT" });
    assert.ok(server.asked.slice(asked).every((question) => question.endsWith("db.broken.test")));
  });

  it("tells a name without addresses from a server that fails", async () => {
    server.fail("nodata.test", "NODATA");
    server.fail("refused.test", "REFUSED");
    server.answers.set("A half.test", { addresses: ["192.0.2.1"], ttl: 60 });
    server.answers.set("AAAA half.test", { failure: "SERVFAIL" });
    assert.deepEqual(await system.lookUp("nodata.test"), ABSENT);
    assert.deepEqual(await system.lookUp("nowhere.test"), ABSENT);
    assert.deepEqual(await system.lookUp("refused.test"), { ipv4: { code: "EREFUSED" }, ipv6: { code: "EREFUSED" } });
    assert.deepEqual(await system.lookUp("half.test"), {
      ipv4: { addresses: ["192.0.2.1"], ttl: 60 },
      ipv6: { code: "ESERVFAIL" },
    });
  });

  it("reads the hosts file first, and anew each time", async () => {
    server.tell("api.example.org", ["192.0.2.1"]);
    await writeFile(hosts, "192.0.2.7 api.example.org\n2001:db8::7 api.example.org\n");
    for (const name of ["api.example.org", "api.example.org."]) {
      assert.deepEqual(await system.lookUp(name), {
        ipv4: { addresses: ["192.0.2.7"], ttl: 5 },
        ipv6: { addresses: ["2001:db8::7"], ttl: 5 },
      });
    }
    assert.deepEqual(server.asked, []);
    await writeFile(hosts, "");
    assert.deepEqual((await system.lookUp("api.example.org")).ipv4, { addresses: ["192.0.2.1"], ttl: 60 });
  });

  it("does without either file", async () => {
    server.tell("api.example.org", ["192.0.2.1"]);
    const missing = join(folder, "missing");
    const bare = new SystemLookUp({ servers: [server.address], hosts: missing, resolvConf: missing });
    assert.deepEqual((await bare.lookUp("api.example.org")).ipv4, { addresses: ["192.0.2.1"], ttl: 60 });
  });
});
