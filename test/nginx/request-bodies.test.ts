import assert from "node:assert/strict";
import http from "node:http";
import { after, before, describe, it } from "node:test";
import { cookieOf } from "../support/client.ts";
import { startEndpoint, type TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, service, slices, sticky } from "../support/manifests.ts";

const MEGABYTE = 1048576;

describe("request bodies", () => {
  let limpet: Limpet;
  let endpoints: TestEndpoint[];
  /** Streamed requests whose headers an endpoint has, by path. */
  const begun = new Map<string, http.IncomingMessage>();
  let streaming: http.Server;

  before(async () => {
    const answer: NonNullable<Parameters<typeof startEndpoint>[1]>["answer"] = ({ body }, response) => {
      response.end(String(body.length));
    };
    endpoints = [await startEndpoint("a", { answer }), await startEndpoint("b", { answer })];
    streaming = http.createServer((request, response) => {
      begun.set(request.url ?? "", request);
      request.resume().on("end", () => response.end("done"));
    });
    await new Promise<void>((resolve) => streaming.listen(0, "127.0.0.1", resolve));
    const { port } = streaming.address() as { port: number };
    const on = (name: string, annotations: Record<string, string>, serviceName = "web") =>
      ingress({ name, host: `${name}.test`, annotations, paths: [{ service: serviceName }] });
    limpet = await Limpet.start([
      on("usual", {}),
      on("larger", sticky({ "proxy-body-size": "2m" })),
      on("smaller", { "proxy-body-size": "10k", "permanent-redirect": "https://elsewhere.example.com" }),
      on("any", { "proxy-body-size": "0" }),
      on("wrong", { "proxy-body-size": "lots" }),
      on("in-memory", { "client-body-buffer-size": "1m" }),
      on("streamed", { "proxy-request-buffering": "off" }, "streaming"),
      on("whole", { "proxy-request-buffering": "on" }, "streaming"),
      service(),
      ...slices(endpoints),
      service("streaming"),
      ...slices([{ endpoint: { name: "streaming", address: "127.0.0.1", port } }], "streaming"),
    ]);
  });

  after(async () => {
    await limpet.stop();
    await Promise.all(endpoints.map((endpoint) => endpoint.kill()));
    streaming.close();
    streaming.closeAllConnections();
  });

  /** Status and answer to a body of so many bytes that tells its length, or not. */
  async function post(host: string, bytes: number, tells: boolean, path = "/"): Promise<string> {
    const headers = tells ? {} : { "transfer-encoding": "chunked" };
    const reply = await limpet.send({ host, path, method: "POST", headers, body: "x".repeat(bytes) });
    return reply.status === 200 ? `200 ${reply.body}` : String(reply.status);
  }

  for (const tells of [true, false]) {
    const how = tells ? "that tell their length" : "in chunks";

    it(`${how}: 1m at most, to the byte`, async () => {
      assert.equal(await post("usual.test", MEGABYTE, tells), `200 ${MEGABYTE}`);
      assert.equal(await post("usual.test", MEGABYTE + 1, tells), "413");
      assert.equal(await post("wrong.test", MEGABYTE + 1, tells), "413");
    });

    it(`${how}: as much as the Ingress says`, async () => {
      assert.equal(await post("larger.test", 2 * MEGABYTE, tells), `200 ${2 * MEGABYTE}`);
      assert.equal(await post("larger.test", 2 * MEGABYTE + 1, tells), "413");
      assert.equal(await post("larger.test", 5 * MEGABYTE, tells), "413");
      assert.equal(await post("any.test", 3 * MEGABYTE, tells), `200 ${3 * MEGABYTE}`);
    });
  }

  it("that are too large are refused before anything else is answered", async () => {
    assert.equal(await post("smaller.test", 20_000, true), "413");
    assert.equal(await post("smaller.test", 5_000, true), "301");
  });

  it("that are too large stand in the log and in explain", async () => {
    await post("larger.test", 3 * MEGABYTE, true, "/told");
    await post("larger.test", 3 * MEGABYTE, false, "/untold");
    await post("larger.test", 5 * MEGABYTE, false, "/untold-much");
    for (const path of ["/told", "/untold", "/untold-much"]) {
      await limpet.eventually(`the line of ${path}`, async () =>
        (await limpet.accessLines()).some(
          (line) => line["path"] === path && line["reason"] === "too-large" && line["ingress"] === "default/larger",
        ),
      );
    }
    const query = `url=http://larger.test/&header=${encodeURIComponent("Content-Length:3000000")}`;
    const { body } = await limpet.admin(`/api/v1/explain?${query}`);
    assert.equal((JSON.parse(body) as { reason: string }).reason, "too-large");
  });

  it("keep a session on its endpoint", async () => {
    const cookie = cookieOf(await limpet.send({ host: "larger.test" }));
    const headers = { "transfer-encoding": "chunked" };
    const names = new Set<string>();
    for (let i = 0; i < 6; i++) {
      const reply = await limpet.send({ host: "larger.test", method: "POST", headers, body: "xyz", cookie });
      assert.deepEqual([reply.status, reply.setCookies.length], [200, 0]);
      names.add(reply.endpoint);
    }
    assert.equal(names.size, 1);
  });

  it("of any method count", async () => {
    const headers = { "content-length": MEGABYTE + 1 };
    const reply = await limpet.send({ host: "usual.test", headers, body: "x".repeat(MEGABYTE + 1) });
    assert.equal(reply.status, 413);
  });

  it("are kept in memory up to the buffer, and in a file beyond", async () => {
    const files = () => limpet.log.split("is buffered to a temporary file").length;
    const before = files();
    assert.equal(await post("usual.test", 100_000, true), "200 100000");
    await limpet.eventually("NGINX's word on a file", async () => files() > before);
    assert.equal(await post("in-memory.test", 100_000, true), "200 100000");
    assert.equal(await post("in-memory.test", 100_000, false), "200 100000");
    assert.equal(await post("usual.test", 100_000, true), "200 100000");
    await limpet.eventually("NGINX's word on a second file", async () => files() > before + 1);
    assert.equal(files(), before + 2);
  });

  /** Begins a request whose body has not ended. */
  function begin(host: string, path: string): http.ClientRequest {
    const headers = { host, "transfer-encoding": "chunked" };
    const request = http.request({ host: "127.0.0.1", port: limpet.httpPort, method: "POST", path, headers });
    request.on("error", () => {});
    request.write("the first bytes");
    return request;
  }

  function end(request: http.ClientRequest): Promise<number | undefined> {
    return new Promise((resolve) => {
      request.on("response", (response) => resolve(response.resume().statusCode));
      request.end();
    });
  }

  it("are passed on whole, or as they come", async () => {
    const whole = begin("whole.test", "/whole");
    const streamed = begin("streamed.test", "/streamed");
    await limpet.eventually("the first bytes", async () => begun.has("/streamed"));
    assert.ok(!begun.has("/whole"));
    assert.deepEqual(await Promise.all([end(whole), end(streamed)]), [200, 200]);
    assert.ok(begun.has("/whole"));
  });

  it("are limited as they come, too", async () => {
    const reply = await post("streamed.test", MEGABYTE + 1, true);
    assert.equal(reply, "413");
    const request = begin("streamed.test", "/too-much");
    await limpet.eventually("the first bytes", async () => begun.has("/too-much"));
    const answered = new Promise<number | undefined>((resolve) =>
      request.on("response", (response) => resolve(response.resume().statusCode)),
    );
    request.write("x".repeat(MEGABYTE));
    assert.equal(await answered, 413);
    request.destroy();
  });
});
