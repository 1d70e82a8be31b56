import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { cookieOf } from "../support/client.ts";
import { startEndpoint, type TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, service, slices, sticky } from "../support/manifests.ts";
import { echo, startEcho, upgrade } from "../support/web-sockets.ts";

describe("what passes through", () => {
  let limpet: Limpet;
  let echoing: Awaited<ReturnType<typeof startEcho>>;
  let app: TestEndpoint;

  before(async () => {
    echoing = await startEcho();
    app = await startEndpoint("app", {
      answer: (request, response) => {
        if (request.url === "/cookies") response.setHeader("Set-Cookie", ["app=1; Path=/", "other=2"]);
        if (request.url === "/public") response.setHeader("Cache-Control", "public, max-age=60");
        if (request.url === "/fails") response.statusCode = 502;
        if (request.url === "/large") response.end("x".repeat(300_000));
        else response.end(request.body === "" ? "app\n" : request.body);
      },
    });
    limpet = await Limpet.start([
      ingress({ name: "ws", host: "ws.test", annotations: sticky(), paths: [{ service: "echo" }] }),
      ingress({ name: "app", host: "app.test", annotations: sticky(), paths: [{ service: "app" }] }),
      service("echo"),
      service("app"),
      ...slices([{ endpoint: { name: "echo", address: "127.0.0.1", port: echoing.port } }], "echo"),
      ...slices([app], "app"),
    ]);
  });

  after(async () => {
    await limpet.stop();
    echoing.close();
    await app.kill();
  });

  it("a WebSocket, which gets its cookie with the upgrade and outlives changes of routes", async () => {
    const { response, socket } = await upgrade(limpet.httpPort, "ws.test");
    assert.equal(response.statusCode, 101);
    assert.match(String(response.headers["set-cookie"]), /^INGRESSCOOKIE=/);
    assert.equal(await echo(socket, "before"), "before");
    for (let i = 0; i < 5; i++) {
      await limpet.apply(
        [ingress({ name: `more-${i}`, host: `more-${i}.test`, paths: [{ service: "app" }] })],
        "more.json",
      );
    }
    assert.equal(await echo(socket, "after"), "after");
    socket.destroy();
  });

  it("the application's own cookies, beside ours", async () => {
    const reply = await limpet.send({ host: "app.test", path: "/cookies" });
    assert.equal(reply.setCookies.length, 3);
    assert.equal(reply.setCookies.filter((line) => line.startsWith("INGRESSCOOKIE=")).length, 1);
    assert.ok(reply.setCookies.includes("app=1; Path=/"));
  });

  it("the response's own word on caching; without one, a response with our cookie is private", async () => {
    const silent = await limpet.send({ host: "app.test" });
    assert.equal(silent.headers["cache-control"], "private");
    const outspoken = await limpet.send({ host: "app.test", path: "/public" });
    assert.equal(outspoken.headers["cache-control"], "public, max-age=60");
    assert.equal(outspoken.setCookies.length, 1);
    const bound = await limpet.send({ host: "app.test", cookie: cookieOf(silent) });
    assert.equal(bound.headers["cache-control"], undefined);
  });

  it("an endpoint's own error, with the cookie", async () => {
    const reply = await limpet.send({ host: "app.test", path: "/fails" });
    assert.equal(reply.status, 502);
    assert.equal(reply.endpoint, "app");
    assert.equal(reply.setCookies.length, 1);
  });

  it("bodies both ways", async () => {
    const body = "y".repeat(200_000);
    assert.equal((await limpet.send({ host: "app.test", method: "POST", body })).body, body);
    assert.equal((await limpet.send({ host: "app.test", path: "/large" })).body.length, 300_000);
  });

  it("HEAD, with the cookie and without a body", async () => {
    const reply = await limpet.send({ host: "app.test", method: "HEAD" });
    assert.equal(reply.status, 200);
    assert.equal(reply.setCookies.length, 1);
    assert.equal(reply.body, "");
  });
});
