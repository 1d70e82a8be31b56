import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { cookieOf } from "../support/client.ts";
import { DataPlane, translate } from "../support/data-plane.ts";
import { type Answer, startEndpoint, type TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, service, slices, sticky } from "../support/manifests.ts";

/** Answers with the status that the path names. */
const asAsked: Answer = ({ url }, response) => {
  response.statusCode = Number(/\d{3}/.exec(url)?.[0] ?? 200);
  response.end("the application");
};

/** Says what it was told, with a status of its own. */
const pages: Answer = ({ headers }, response) => {
  response.statusCode = 418;
  response.end(`page for ${headers["x-code"]}`);
};

describe("default backends", () => {
  let limpet: Limpet;
  let app: TestEndpoint;
  let errors: TestEndpoint;
  let server: TestEndpoint;

  before(async () => {
    app = await startEndpoint("app", { answer: asAsked });
    errors = await startEndpoint("errors", { answer: pages });
    server = await startEndpoint("server", { answer: pages });
    const gone = await startEndpoint("gone");
    await gone.kill();
    const own = { "default-backend": "errors" };
    limpet = await Limpet.start(
      [
        ingress({ name: "empty", host: "empty.test", annotations: sticky(own), paths: [{ service: "nobody" }] }),
        ingress({ name: "plain", host: "plain.test", paths: [{ service: "nobody" }] }),
        ingress({
          name: "caught",
          host: "caught.test",
          annotations: sticky({ ...own, "custom-http-errors": "404,503,429" }),
          paths: [{ service: "app" }],
        }),
        ingress({
          name: "general",
          host: "general.test",
          annotations: { "custom-http-errors": "404, 502" },
          paths: [{ service: "app" }],
        }),
        ingress({
          name: "none",
          host: "none.test",
          annotations: { "custom-http-errors": "503" },
          paths: [{ service: "nobody" }],
        }),
        ingress({
          name: "untouched",
          host: "untouched.test",
          annotations: { ...own, "custom-http-errors": "404,502", "disable-proxy-intercept-errors": "true" },
          paths: [
            { service: "app", path: "/" },
            { service: "gone", path: "/gone" },
          ],
        }),
        ingress({
          name: "gone",
          host: "gone.test",
          annotations: sticky({ ...own, "custom-http-errors": "404,502" }),
          paths: [{ service: "gone" }],
        }),
        ingress({
          name: "quiet",
          host: "quiet.test",
          annotations: sticky({ ...own, "custom-http-errors": "404" }),
          paths: [{ service: "gone" }],
        }),
        ingress({
          name: "lost",
          host: "lost.test",
          annotations: { "default-backend": "missing" },
          paths: [{ service: "nobody" }],
        }),
        service("app"),
        service("errors", 8080),
        service("gone"),
        service("server"),
        ...slices([app], "app"),
        ...slices([errors], "errors"),
        ...slices([gone], "gone"),
        ...slices([server], "server"),
      ],
      { flags: ["--default-backend-service", "default/server"] },
    );
  });

  after(async () => {
    await limpet.stop();
    for (const endpoint of [app, errors, server]) await endpoint.kill();
  });

  it("answer where there is no endpoint, at the path asked for, and without a session", async () => {
    const reply = await limpet.send({ host: "empty.test", path: "/some/where?x=1", headers: { accept: "text/html" } });
    assert.deepEqual([reply.status, reply.body, reply.setCookies], [418, "page for 503", []]);
    const seen = errors.received().at(-1);
    assert.equal(seen?.url, "/some/where?x=1");
    assert.deepEqual(
      ["x-format", "x-namespace", "x-ingress-name", "x-service-name", "x-service-port", "x-request-id"].map(
        (name) => typeof seen?.headers[name] === "string" && (name === "x-request-id" || seen.headers[name]),
      ),
      ["text/html", "default", "empty", "nobody", "80", true],
    );
  });

  it("do not answer where none is named: not even the server-wide one", async () => {
    assert.equal((await limpet.send({ host: "plain.test" })).status, 503);
    assert.equal((await limpet.send({ host: "lost.test" })).status, 503);
    assert.match((await limpet.admin("/api/v1/problems")).body, /There is no Service default\/missing/);
  });

  it("answer the errors of endpoints that they are asked to, at the root", async () => {
    const reply = await limpet.send({ host: "caught.test", path: "/is/404?a=b", method: "POST", body: "text" });
    assert.deepEqual([reply.status, reply.body, reply.setCookies], [418, "page for 404", []]);
    const seen = errors.received().at(-1);
    assert.equal(seen?.url, "/?a=b");
    assert.equal(seen?.headers["x-original-uri"], "/is/404?a=b");
    assert.equal(seen?.headers["x-service-name"], "app");
  });

  it("leave every other response alone, its cookie with it", async () => {
    for (const status of [200, 500, 403, 429]) {
      const reply = await limpet.send({ host: "caught.test", path: `/is/${status}` });
      assert.deepEqual([reply.status, reply.body], [status, "the application"]);
      assert.equal(typeof cookieOf(reply), "string");
    }
    assert.match((await limpet.admin("/api/v1/problems")).body, /annotation\/approximated/);
  });

  it("are the server-wide one where an Ingress names none", async () => {
    const reply = await limpet.send({ host: "general.test", path: "/is/404" });
    assert.deepEqual([reply.endpoint, reply.body], ["server", "page for 404"]);
  });

  it("answer Limpet's own errors too", async () => {
    const reply = await limpet.send({ host: "none.test", path: "/where" });
    assert.deepEqual([reply.endpoint, reply.body, server.received().at(-1)?.url], ["server", "page for 503", "/"]);
  });

  it("answer for an endpoint that cannot be reached, where that is asked for", async () => {
    const reply = await limpet.send({ host: "gone.test" });
    assert.deepEqual([reply.body, reply.setCookies], ["page for 502", []]);
    const quiet = await limpet.send({ host: "quiet.test" });
    assert.deepEqual([quiet.status, quiet.setCookies], [502, []]);
  });

  it("leave the responses of endpoints alone where interception is off, and answer Limpet's own", async () => {
    assert.equal((await limpet.send({ host: "untouched.test", path: "/is/404" })).body, "the application");
    assert.equal((await limpet.send({ host: "untouched.test", path: "/gone" })).body, "page for 502");
  });

  it("show in the log with both attempts", async () => {
    await limpet.send({ host: "caught.test", path: "/logged/404" });
    await limpet.eventually("the line", async () => {
      const line = (await limpet.accessLines()).find(({ path }) => path === "/logged/404");
      const attempts = (line?.["attempts"] ?? []) as { endpoint: string; status: number }[];
      const expected = [`127.0.0.1:${app.port} 404`, `127.0.0.1:${errors.port} 418`];
      return JSON.stringify(attempts.map((it) => `${it.endpoint} ${it.status}`)) === JSON.stringify(expected);
    });
  });

  it("show in explain", async () => {
    const { body } = await limpet.admin("/api/v1/explain?url=http://empty.test/");
    assert.match(body, /the default backend default\/errors:\* answers instead/);
  });
});

describe("errors without a default backend", () => {
  it("are the endpoint's own", async () => {
    const app = await startEndpoint("app", { answer: asAsked });
    const dataPlane = await DataPlane.start();
    try {
      const annotations = { "custom-http-errors": "404,502" };
      await dataPlane.push(translate([ingress({ annotations }), service(), ...slices([app])]));
      const reply = await dataPlane.send({ path: "/is/404" });
      assert.deepEqual([reply.status, reply.body], [404, "the application"]);
      await app.kill();
      assert.equal((await dataPlane.send({ path: "/is/200" })).status, 502);
    } finally {
      await dataPlane.stop();
    }
  });
});
