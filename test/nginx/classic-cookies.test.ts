import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { crc32 } from "../../src/affinity/crc32.ts";
import { locate } from "../../src/affinity/ring.ts";
import { classicKey, classicPin } from "../../src/control-plane/translate/classic.ts";
import { readRing, ringBytes } from "../../src/control-plane/translate/ring.ts";
import { cookieOf, type Reply } from "../support/client.ts";
import { startEndpoints, type TestEndpoint } from "../support/endpoints.ts";
import { Limpet, type LimpetOptions } from "../support/limpet.ts";
import { ingress, type Manifest, service, slices, sticky } from "../support/manifests.ts";

const NAME = "default-web-80";
const RING_KEY = "1700000001.123.38.264157";

function objects(endpoints: readonly TestEndpoint[]): Manifest[] {
  return [
    ingress({ name: "balanced", host: "balanced.test", annotations: sticky() }),
    ingress({ name: "persistent", host: "persistent.test", annotations: sticky({ "affinity-mode": "persistent" }) }),
    service(),
    ...slices(endpoints),
  ];
}

describe("cookies of ingress-nginx", () => {
  let endpoints: TestEndpoint[];

  before(async () => {
    endpoints = await startEndpoints(5);
  });

  after(async () => {
    await Promise.all(endpoints.map((endpoint) => endpoint.kill()));
  });

  function nodeId(endpoint: TestEndpoint): string {
    return `${endpoint.address}:${endpoint.port}`;
  }

  /** Where ingress-nginx would send a ring key. */
  function onRing(key: string): string {
    const sorted = endpoints.toSorted((a, b) => (nodeId(a) < nodeId(b) ? -1 : 1));
    const ring = readRing(ringBytes(sorted.map(nodeId)));
    return (sorted[locate(ring, crc32(key))] as TestEndpoint).name;
  }

  async function withLimpet(
    setting: string,
    use: (limpet: Limpet) => Promise<void>,
    more: LimpetOptions = {},
  ): Promise<void> {
    const limpet = await Limpet.start(objects(endpoints), { ...more, flags: ["--classic-cookies", setting] });
    try {
      await use(limpet);
    } finally {
      await limpet.stop();
    }
  }

  function ask(limpet: Limpet, host: string, value: string): Promise<Reply> {
    return limpet.send({ host, cookie: `INGRESSCOOKIE=${value}` });
  }

  it("are honoured and answered with sealed ones for the same endpoint: accept", async () => {
    await withLimpet("accept", async (limpet) => {
      const pinned = endpoints[2] as TestEndpoint;
      const key = classicKey(NAME);
      for (const [host, value, endpoint] of [
        ["balanced.test", `${RING_KEY}|${key}`, onRing(RING_KEY)],
        ["balanced.test", RING_KEY, onRing(RING_KEY)],
        ["persistent.test", `${classicPin(NAME, nodeId(pinned))}|${key}`, pinned.name],
      ] as const) {
        const honoured = await ask(limpet, host, value);
        assert.equal(honoured.endpoint, endpoint);
        assert.match(cookieOf(honoured), /^INGRESSCOOKIE=[\w-]{16}$/);
        const sealed = await limpet.send({ host, cookie: cookieOf(honoured) });
        assert.equal(sealed.endpoint, endpoint);
        assert.deepEqual(sealed.setCookies, []);
      }
    });
  });

  it("are issued, bit for bit, and need no answer: write", async () => {
    await withLimpet("write", async (limpet) => {
      const key = classicKey(NAME);
      const balanced = await limpet.send({ host: "balanced.test" });
      const [, value = "", ringKey = ""] =
        /^INGRESSCOOKIE=((\d+(?:\.\d{1,3})?\.\d+\.\d+)\|[0-9a-f]{32})$/.exec(cookieOf(balanced)) ?? [];
      assert.equal(value, `${ringKey}|${key}`);
      assert.equal(balanced.endpoint, onRing(ringKey));

      const persistent = await limpet.send({ host: "persistent.test" });
      const chosen = endpoints.find((endpoint) => endpoint.name === persistent.endpoint) as TestEndpoint;
      assert.equal(cookieOf(persistent), `INGRESSCOOKIE=${classicPin(NAME, nodeId(chosen))}|${key}`);

      for (const [host, reply] of [
        ["balanced.test", balanced],
        ["persistent.test", persistent],
      ] as const) {
        const again = await limpet.send({ host, cookie: cookieOf(reply) });
        assert.equal(again.endpoint, reply.endpoint);
        assert.deepEqual(again.setCookies, []);
      }
      const unknown = await ask(limpet, "persistent.test", `${"0".repeat(32)}|${key}`);
      assert.match(cookieOf(unknown), /\|[0-9a-f]{32}$/);
    });
  });

  it("are nothing: off", async () => {
    await withLimpet("off", async (limpet) => {
      for (const host of ["balanced.test", "persistent.test"]) {
        const reply = await ask(limpet, host, `${RING_KEY}|${classicKey(NAME)}`);
        assert.match(cookieOf(reply), /^INGRESSCOOKIE=[\w-]{16}$/);
      }
    });
  });

  it("and our own lead to the same endpoint from every replica that has the key", async () => {
    await withLimpet("accept", async (one) => {
      const key = await readFile(join(one.state, "keys", "current"));
      await withLimpet(
        "accept",
        async (other) => {
          for (const host of ["balanced.test", "persistent.test"]) {
            for (let i = 0; i < 20; i++) {
              const first = await one.send({ host });
              const second = await other.send({ host, cookie: cookieOf(first) });
              assert.equal(second.endpoint, first.endpoint);
              assert.deepEqual(second.setCookies, []);
            }
          }
        },
        { key },
      );
    });
  });
});

describe("endpoints of IPv6", () => {
  it("keep their clients, and are shown in brackets", async () => {
    const endpoints = await startEndpoints(2, { address: "::1" });
    const limpet = await Limpet.start(objects(endpoints));
    try {
      for (const host of ["balanced.test", "persistent.test"]) {
        const first = await limpet.send({ host });
        assert.equal(first.status, 200);
        const again = await limpet.send({ host, cookie: cookieOf(first) });
        assert.equal(again.endpoint, first.endpoint);
        assert.deepEqual(again.setCookies, []);
      }
      await limpet.eventually("the log", async () => (await limpet.accessLines()).length >= 4);
      assert.match(String((await limpet.accessLines())[0]?.["endpoint"]), /^\[::1\]:\d+$/);
    } finally {
      await limpet.stop();
      await Promise.all(endpoints.map((endpoint) => endpoint.kill()));
    }
  });
});
