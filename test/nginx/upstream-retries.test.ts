import assert from "node:assert/strict";
import net, { type AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { startEndpoint, type TestEndpoint } from "../support/endpoints.ts";
import { freePort } from "../support/free-port.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, service, slices } from "../support/manifests.ts";

/** A server that reads a request and either closes without an answer, or keeps silent. */
async function startMute(closes: boolean): Promise<{ port: number; connections: () => number; close: () => void }> {
  const sockets = new Set<net.Socket>();
  let connections = 0;
  const server = net.createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("data", () => {
      if (closes) socket.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

const REQUESTS = 8;

describe("attempts that fail", () => {
  let limpet: Limpet;
  let good: TestEndpoint;
  let failing: TestEndpoint;
  let closing: Awaited<ReturnType<typeof startMute>>;
  let silent: Awaited<ReturnType<typeof startMute>>;

  before(async () => {
    good = await startEndpoint("good");
    failing = await startEndpoint("failing", {
      answer: (request, response) => {
        response.statusCode = Number(/\d+/.exec(request.url)?.[0] ?? "503");
        response.end("the application's own page");
      },
    });
    closing = await startMute(true);
    silent = await startMute(false);
    const at = (name: string, port: number) => ({ endpoint: { name, address: "127.0.0.1", port } });
    const refused = [at("one", await freePort()), at("two", await freePort()), at("three", await freePort())];
    const on = (name: string, serviceName: string, annotations: Record<string, string>) =>
      ingress({ name, host: `${name}.test`, annotations, paths: [{ service: serviceName }] });
    limpet = await Limpet.start([
      on("statuses", "failing", { "proxy-next-upstream": "error timeout http_502 http_503" }),
      on("statuses-too", "failing", {
        "proxy-next-upstream": "error timeout http_503 non_idempotent",
        "proxy-buffer-size": "128k",
      }),
      on("no-statuses", "failing", {}),
      on("error", "closing", { "proxy-next-upstream": "error" }),
      on("plain-error", "closing", {}),
      on("timeout-alone", "closing", { "proxy-next-upstream": "timeout" }),
      on("off", "closing", { "proxy-next-upstream": "off" }),
      on("posts", "closing", { "proxy-next-upstream": "error timeout non_idempotent" }),
      on("slow", "silent", { "proxy-read-timeout": "1" }),
      on("slow-error", "silent", { "proxy-read-timeout": "1", "proxy-next-upstream": "error http_503" }),
      on("slow-limited", "silent", { "proxy-read-timeout": "1", "proxy-next-upstream-timeout": "1" }),
      on("once", "refused", { "proxy-next-upstream-tries": "1" }),
      on("often", "refused", { "proxy-next-upstream-tries": "5" }),
      on("everywhere", "refused", { "proxy-next-upstream-tries": "0" }),
      on("usual", "refused", {}),
      ...["failing", "closing", "silent", "refused"].map((name) => service(name)),
      ...slices([good, failing], "failing"),
      ...slices([{ endpoint: good }, at("closing", closing.port)], "closing"),
      ...slices([{ endpoint: good }, at("silent", silent.port)], "silent"),
      ...slices([...refused, at("four", await freePort())], "refused"),
    ]);
  });

  after(async () => {
    await limpet.stop();
    await Promise.all([good.kill(), failing.kill()]);
    closing.close();
    silent.close();
  });

  /** The statuses of a few requests: Endpoints take turns, so each is first once at least. */
  async function statuses(host: string, method = "GET", path = "/503"): Promise<number[]> {
    const replies = Array.from({ length: REQUESTS }, () => limpet.send({ host, method, path, body: method }));
    const all = (await Promise.all(replies)).map((reply) => reply.status);
    return [...new Set(all)].sort();
  }

  /** What the access log says of the only request for this path. */
  async function lineOf(
    path: string,
  ): Promise<{ attempts: { endpoint: string; status: number }[] } & Record<string, unknown>> {
    let found: Record<string, unknown> | undefined;
    await limpet.eventually("the line", async () => {
      found = (await limpet.accessLines()).find((line) => line["path"] === path);
      return found !== undefined;
    });
    return found as never;
  }

  it("by a status are made again when that is asked for", async () => {
    assert.deepEqual(await statuses("statuses.test"), [200]);
    assert.deepEqual(await statuses("no-statuses.test"), [200, 503]);
  });

  it("by another status are answers, with the application's page", async () => {
    assert.deepEqual(await statuses("statuses.test", "GET", "/500"), [200, 500]);
    const send = () => limpet.send({ host: "statuses.test", path: "/404" });
    const replies = await Promise.all(Array.from({ length: REQUESTS }, send));
    assert.ok(replies.some(({ body }) => body === "the application's own page"));
  });

  it("of a POST that was sent are not made again, unless that is asked for", async () => {
    assert.deepEqual(await statuses("statuses.test", "POST"), [200, 503]);
    assert.deepEqual(await statuses("statuses-too.test", "POST"), [200]);
    assert.deepEqual(await statuses("plain-error.test", "POST"), [200, 502]);
    assert.deepEqual(await statuses("posts.test", "POST"), [200]);
  });

  it("by an error are made again only where errors are asked for", async () => {
    assert.deepEqual(await statuses("error.test"), [200]);
    assert.deepEqual(await statuses("plain-error.test"), [200]);
    assert.deepEqual(await statuses("timeout-alone.test"), [200, 502]);
    assert.deepEqual(await statuses("off.test"), [200, 502]);
  });

  it("by a timeout, after the Ingress's own time, likewise", async () => {
    assert.deepEqual(await statuses("slow.test", "GET", "/"), [200]);
    assert.deepEqual(await statuses("slow-error.test", "GET", "/"), [200, 504]);
  });

  it("are the last when the time for all of them is over", async () => {
    assert.deepEqual(await statuses("slow-limited.test", "GET", "/"), [200, 504]);
  });

  it("are as many as the Ingress wants", async () => {
    for (const [name, count] of [
      ["once", 1],
      ["usual", 3],
      ["often", 5],
      ["everywhere", 4],
    ] as const) {
      const reply = await limpet.send({ host: `${name}.test`, path: `/tries-${name}` });
      assert.equal(reply.status, 502, name);
      assert.equal((await lineOf(`/tries-${name}`)).attempts.length, count, name);
    }
  });

  it("and are not made again stand in the log as what they were", async () => {
    let line: Awaited<ReturnType<typeof lineOf>> | undefined;
    for (let i = 0; line?.attempts[0]?.status !== 504; i++) {
      assert.ok(i < REQUESTS, "no attempt went to the silent endpoint");
      await limpet.send({ host: "slow-error.test", path: `/given-up-${i}` });
      line = await lineOf(`/given-up-${i}`);
    }
    assert.deepEqual([line.attempts.length, line["status"], line["endpoint"]], [1, 504, ""]);
  });
});
