import assert from "node:assert/strict";
import type { OutgoingHttpHeaders } from "node:http";
import { after, before, describe, it } from "node:test";
import type { Reply } from "../support/client.ts";
import { startEndpoint, type TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { configMap, ingress, secret, service, slices } from "../support/manifests.ts";

const ORIGIN = "https://a.example.com";

describe("error pages of a default backend", () => {
  let limpet: Limpet;
  let app: TestEndpoint;
  let pages: TestEndpoint;
  let authority: TestEndpoint;

  before(async () => {
    app = await startEndpoint("app", {
      answer: ({ url }, response) => {
        response.statusCode = Number(url.slice(1)) || 200;
        response.setHeader("Access-Control-Allow-Origin", "https://the-application.example.com");
        response.end("the application");
      },
    });
    pages = await startEndpoint("pages", {
      answer: ({ headers }, response) => {
        response.statusCode = Number(headers["x-code"]);
        response.setHeader("Access-Control-Allow-Origin", "https://the-pages.example.com");
        response.end(`page for ${headers["x-code"]}`);
      },
    });
    authority = await startEndpoint("authority", {
      answer: ({ url }, response) => {
        response.setHeader("Set-Cookie", "seen=1");
        response.writeHead(Number(url.slice(1)), { "WWW-Authenticate": "Cookie" }).end("who are you?");
      },
    });
    const on = (name: string, annotations: Readonly<Record<string, string>>, to = "app") => {
      const errors = { "default-backend": "pages", "custom-http-errors": "401,403,404" };
      return ingress({
        name,
        host: `${name}.test`,
        annotations: { ...errors, ...annotations },
        paths: [{ service: to }],
      });
    };
    const cors = { "enable-cors": "true", "cors-allow-origin": ORIGIN };
    const asking = (status: number) => ({ "auth-url": `http://127.0.0.1:${authority.port}/${status}` });
    limpet = await Limpet.start(
      [
        on("basic", { "auth-type": "basic", "auth-secret": "users" }),
        on("denied", { "denylist-source-range": "127.0.0.0/8" }),
        on("authority-401", asking(401)),
        on("authority-403", asking(403)),
        on("other", { "custom-http-errors": "404", "denylist-source-range": "127.0.0.0/8" }),
        on("cors", cors),
        on("cors-denied", { ...cors, "denylist-source-range": "127.0.0.0/8" }),
        on("cors-empty", cors, "nobody"),
        on("headers", { "custom-headers": "default/headers" }),
        configMap("headers", { "X-Frame-Options": "DENY" }),
        configMap("global", { "global-allowed-response-headers": "X-Frame-Options" }),
        secret("users", { auth: "ann:{PLAIN}secret\n" }),
        ...["app", "pages"].map((name) => service(name)),
        ...slices([app], "app"),
        ...slices([pages], "pages"),
      ],
      { flags: ["--configmap", "default/global"] },
    );
  });

  after(async () => {
    await limpet.stop();
    await Promise.all([app, pages, authority].map((it) => it.kill()));
  });

  const get = (host: string, path = "/", headers: OutgoingHttpHeaders = {}): Promise<Reply> =>
    limpet.send({ host: `${host}.test`, path, headers });

  it("stand in for what a guard says, which nothing else comes through of", async () => {
    for (const [host, status] of [
      ["basic", 401],
      ["denied", 403],
      ["authority-401", 401],
      ["authority-403", 403],
    ] as const) {
      const reply = await get(host, "/secret");
      assert.deepEqual([reply.endpoint, reply.status, reply.body], ["pages", status, `page for ${status}`], host);
      const asked = pages.received().at(-1);
      assert.deepEqual([asked?.url, asked?.headers["x-original-uri"]], ["/", "/secret"]);
    }
    assert.equal(app.received().length, 0);
  });

  it("leave the client the question for its password", async () => {
    assert.match(String((await get("basic")).headers["www-authenticate"]), /^Basic realm=/);
    assert.equal((await get("authority-401")).headers["www-authenticate"], "Cookie");
    const authorization = `Basic ${Buffer.from("ann:secret").toString("base64")}`;
    assert.equal((await get("basic", "/", { authorization })).endpoint, "app");
  });

  it("stand in for no status that is not named", async () => {
    assert.deepEqual([(await get("other")).status, (await get("other")).endpoint], [403, ""]);
  });

  it("may be read by the sites that may read the application", async () => {
    for (const [host, path, status] of [
      ["cors", "/404", 404],
      ["cors-denied", "/", 403],
      ["cors-empty", "/", 503],
    ] as const) {
      const reply = await get(host, path, { origin: ORIGIN });
      assert.deepEqual([reply.endpoint, reply.status], ["pages", status], host);
      // One value: browsers take no two.
      assert.equal(reply.headers["access-control-allow-origin"], ORIGIN, host);
    }
  });

  it("say themselves what headers they have", async () => {
    assert.equal((await get("headers")).headers["x-frame-options"], "DENY");
    const page = await get("headers", "/404");
    assert.deepEqual([page.endpoint, page.headers["x-frame-options"]], ["pages", undefined]);
  });
});
