import assert from "node:assert/strict";
import http from "node:http";
import { after, before, describe, it } from "node:test";
import { startEndpoint, type TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, service, slices } from "../support/manifests.ts";

const KILOBYTE = 1024;

function limited(name: string, annotations: Readonly<Record<string, string>>) {
  return ingress({ name, host: `${name}.test`, annotations });
}

describe("limits", () => {
  let limpet: Limpet;
  let endpoint: TestEndpoint;
  /** Requests whose answers wait. */
  const waiting: http.ServerResponse[] = [];

  before(async () => {
    endpoint = await startEndpoint("a", {
      answer: ({ url }, response) => {
        if (url.startsWith("/wait")) waiting.push(response);
        else if (url.startsWith("/large/")) response.end(Buffer.alloc(300 * KILOBYTE));
        else response.end("a\n");
      },
    });
    limpet = await Limpet.start(
      [
        limited("free", {}),
        // A rate so low that no slow run of the test sees it give way.
        limited("minute", { "limit-rpm": "1" }),
        limited("burst", { "limit-rpm": "1", "limit-burst-multiplier": "2" }),
        limited("exempt", { "limit-rpm": "1", "limit-allowlist": "127.0.0.2" }),
        limited("former", { "limit-rpm": "1", "limit-whitelist": "127.0.0.2" }),
        limited("second", { "limit-rps": "1000000", "limit-rpm": "1" }),
        limited("zero", { "limit-rps": "0", "limit-connections": "0" }),
        limited("wrong", { "limit-rps": "many" }),
        limited("rate", { "limit-rate": "100" }),
        limited("later", { "limit-rate": "1", "limit-rate-after": "300" }),
        limited("connections", { "limit-connections": "2" }),
        ingress({
          name: "paths",
          host: "paths.test",
          annotations: { "limit-rpm": "1" },
          paths: [{ path: "/one", service: "web" }, { service: "web" }],
        }),
        service(),
        ...slices([endpoint]),
      ],
      { workers: 2 },
    );
  });

  after(async () => {
    await limpet.stop();
    await endpoint.kill();
  });

  async function statusOf(name: string, from: string, path = "/"): Promise<number> {
    return (await limpet.send({ host: `${name}.test`, from, path })).status;
  }

  /** How many of so many requests, one after the other, are served. */
  async function served(name: string, count: number, from: string): Promise<number> {
    const statuses: number[] = [];
    for (let i = 0; i < count; i++) statuses.push(await statusOf(name, from));
    assert.deepEqual(
      statuses.filter((status) => status !== 200 && status !== 503),
      [],
    );
    return statuses.filter((status) => status === 200).length;
  }

  it("let a burst through, and no more, from each address", async () => {
    assert.equal(await served("minute", 10, "127.0.0.2"), 6);
    assert.equal(await served("minute", 10, "127.0.0.3"), 6);
    assert.equal(await served("burst", 10, "127.0.0.2"), 3);
    assert.equal(await served("free", 10, "127.0.0.2"), 10);
    assert.equal(await served("zero", 10, "127.0.0.2"), 10);
  });

  it("leave out whom they are told to", async () => {
    for (const name of ["exempt", "former"]) {
      assert.equal(await served(name, 10, "127.0.0.2"), 10, name);
      assert.equal(await served(name, 10, "127.0.0.3"), 6, name);
    }
  });

  it("hold both where there are two", async () => {
    assert.equal(await served("second", 10, "127.0.0.2"), 6);
  });

  it("are shared by the paths of an Ingress", async () => {
    for (let i = 0; i < 6; i++) assert.equal(await statusOf("paths", "127.0.0.2", i % 2 === 0 ? "/one" : "/"), 200);
    assert.equal(await statusOf("paths", "127.0.0.2", "/one"), 503);
    assert.equal(await statusOf("paths", "127.0.0.2", "/"), 503);
  });

  it("count every one of requests that come at once, to whatever worker", async () => {
    const statuses = await Promise.all(Array.from({ length: 60 }, () => statusOf("minute", "127.0.0.4")));
    const good = statuses.filter((status) => status === 200).length;
    // One may go uncounted for each further worker that finds the bucket empty at the same moment.
    assert.ok(good === 6 || good === 7, `${good} were served`);
  });

  it("are closed where they cannot be read", async () => {
    assert.equal(await statusOf("wrong", "127.0.0.2"), 503);
  });

  it("stand in the log", async () => {
    await served("burst", 4, "127.0.0.5");
    await limpet.eventually("the line", async () =>
      (await limpet.accessLines()).some((it) => it["remote_addr"] === "127.0.0.5" && it["reason"] === "limited"),
    );
  });

  describe("of connections", () => {
    const CLIENT = "127.0.0.2";

    /** Sends a request that waits, and resolves once an Endpoint has it. */
    async function open(): Promise<http.ClientRequest> {
      const before = waiting.length;
      const options = { port: limpet.httpPort, localAddress: CLIENT, path: "/wait", agent: false };
      const request = http.get({ ...options, headers: { host: "connections.test" } });
      request.on("error", () => undefined);
      await limpet.eventually("a request to wait", async () => waiting.length > before);
      return request;
    }

    it("are given back when a response ends, and when a client leaves", async () => {
      const first = await open();
      const second = await open();
      assert.equal(await statusOf("connections", CLIENT), 503);
      assert.equal(await statusOf("connections", "127.0.0.3"), 200);
      waiting[0]?.end("a\n");
      await limpet.eventually("room", async () => (await statusOf("connections", CLIENT)) === 200);
      const third = await open();
      assert.equal(await statusOf("connections", CLIENT), 503);
      for (const request of [first, second, third]) request.destroy();
      await limpet.eventually("room", async () => (await statusOf("connections", CLIENT)) === 200);
      const again = [await open(), await open()];
      assert.equal(await statusOf("connections", CLIENT), 503);
      for (const request of again) request.destroy();
      await limpet.eventually("room", async () => (await statusOf("connections", CLIENT)) === 200);
    });

    it("are given back when a worker is killed", async () => {
      const lost = [await open(), await open()];
      assert.equal(await statusOf("connections", CLIENT), 503);
      for (const pid of await limpet.workers()) process.kill(pid, "SIGKILL");
      await limpet.eventually("room", async () => (await statusOf("connections", CLIENT)) === 200);
      for (const request of lost) request.destroy();
    });
  });

  describe("of bandwidth", () => {
    async function durationOf(name: string): Promise<number> {
      const { status, body } = await limpet.send({ host: `${name}.test`, path: `/large/${name}` });
      assert.deepEqual([status, body.length], [200, 300 * KILOBYTE]);
      let line: Record<string, unknown> | undefined;
      await limpet.eventually("the line", async () => {
        line = (await limpet.accessLines()).find((it) => it["path"] === `/large/${name}`);
        return line !== undefined;
      });
      return line?.["duration"] as number;
    }

    it("hold a response up, after what may leave at once", async () => {
      // At 100 KB/s, of which the first second's share leaves at once, it cannot be over within a second.
      assert.ok((await durationOf("rate")) > 1);
      // At 1 KB/s this one would take minutes, were it not for the 300 KB that may leave before.
      await durationOf("later");
    });
  });
});
