import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { certificateFor, tlsSecret, withTls } from "../support/certificates.ts";
import { type Answer, startEndpoint, type TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { configMap, ingress, type Manifest, service, slices, sticky } from "../support/manifests.ts";
import { sendTls } from "../support/tls-client.ts";

const answer: Answer = ({ url }, response) => {
  response.setHeader("X-Powered-By", "the application");
  response.setHeader("X-Frame-Options", "of the application");
  response.setHeader("Set-Cookie", "theirs=1");
  response.writeHead(url === "/broken" ? 500 : 200).end();
};

describe("the global headers", () => {
  let limpet: Limpet;
  let endpoint: TestEndpoint;

  function world(settings: Readonly<Record<string, string>>): Manifest[] {
    return [
      ingress({ name: "plain", host: "plain.test", annotations: sticky() }),
      ingress({ name: "moved", host: "moved.test", annotations: { "temporal-redirect": "https://new.test/" } }),
      ingress({ name: "own", host: "own.test", annotations: { "custom-headers": "own" } }),
      ingress({ name: "limited", host: "limited.test", annotations: { "limit-rps": "100" } }),
      ingress({ name: "empty", host: "empty.test", paths: [{ service: "nobody" }] }),
      ingress({
        name: "instead",
        host: "instead.test",
        annotations: { "custom-http-errors": "500", "default-backend": "web" },
      }),
      ingress({
        name: "denied",
        host: "denied.test",
        annotations: { "denylist-source-range": "127.0.0.0/8", "custom-http-errors": "403", "default-backend": "web" },
      }),
      ingress({ name: "slash", host: "slash.test", paths: [{ path: "/shop/", service: "web" }] }),
      withTls(ingress({ name: "safe", host: "safe.test" }), { hosts: ["safe.test"], secretName: "safe" }),
      tlsSecret("safe", certificateFor(["safe.test"])),
      service(),
      ...slices([endpoint]),
      configMap("limpet", { ...settings, "global-allowed-response-headers": "X-Frame-Options" }),
      configMap("own", { "X-Frame-Options": "of the Ingress" }),
      configMap("added", {
        "X-Frame-Options": "DENY",
        "X-Seen": "$host$request_uri by $remote_addr",
        "X-Bad": "$nothing",
      }),
      configMap("sent", {
        // biome-ignore lint/suspicious/noTemplateCurlyInString: NGINX's other way to write a variable
        "X-Request-Start": "t=${msec}",
        "X-Agent": "$http_user_agent",
        Accept: "",
        Host: "evil.test",
      }),
    ];
  }

  const SETTINGS = {
    "add-headers": "default/added",
    "proxy-set-headers": "default/sent",
    "hide-headers": "X-Powered-By, set-cookie",
    "proxy-add-original-uri-header": "true",
  };

  before(async () => {
    endpoint = await startEndpoint("a", { answer });
    limpet = await Limpet.start(world(SETTINGS), {
      https: true,
      flags: ["--configmap", "default/limpet", "--default-backend-service", "default/web"],
    });
  });

  after(async () => {
    await limpet.stop();
    await endpoint.kill();
  });

  it("stand in every response of an endpoint, instead of the application's", async () => {
    for (const host of ["plain.test", "limited.test", "instead.test", "nobody.test"]) {
      const { status, headers } = await limpet.send({ host, path: "/a?b" });
      assert.deepEqual([status, headers["x-frame-options"]], [200, "DENY"], host);
      assert.equal(headers["x-seen"], `${host}/a?b by 127.0.0.1`);
      assert.equal(headers["x-powered-by"], undefined, host);
    }
    const { headers } = await sendTls(limpet.httpsPort, { host: "safe.test" });
    assert.deepEqual([headers["x-frame-options"], headers["x-powered-by"]], ["DENY", undefined]);
  });

  it("stand in what a default backend answers in place of an error", async () => {
    const { headers } = await limpet.send({ host: "instead.test", path: "/broken" });
    assert.deepEqual([headers["x-frame-options"], headers["x-powered-by"]], ["DENY", undefined]);
    const denied = await limpet.send({ host: "denied.test", headers: { "user-agent": "me" } });
    assert.equal(denied.headers["x-frame-options"], "DENY");
    const received = endpoint.received().at(-1)?.headers ?? {};
    assert.deepEqual([received["x-code"], received["x-agent"]], ["403", "me"]);
  });

  it("stand in what Limpet answers itself", async () => {
    for (const [host, path, status] of [
      ["moved.test", "/", 302],
      ["empty.test", "/", 503],
      ["slash.test", "/shop", 301],
      ["safe.test", "/", 308],
    ] as const) {
      const reply = await limpet.send({ host, path });
      assert.deepEqual([reply.status, reply.headers["x-frame-options"]], [status, "DENY"], host);
    }
  });

  it("give way to those of an Ingress", async () => {
    assert.equal((await limpet.send({ host: "own.test" })).headers["x-frame-options"], "of the Ingress");
  });

  it("hide cookies of the application, and never ours", async () => {
    const { setCookies } = await limpet.send({ host: "plain.test" });
    assert.equal(setCookies.length, 1);
    assert.match(setCookies[0] ?? "", /^INGRESSCOOKIE=/);
  });

  it("reach endpoints, and what they are told of the client stays Limpet's", async () => {
    for (const host of ["plain.test", "nobody.test"]) {
      await limpet.send({ host, path: "/a?b", headers: { "user-agent": "me", accept: "text/html", "x-agent": "you" } });
      const headers = endpoint.received().at(-1)?.headers ?? {};
      assert.match(String(headers["x-request-start"]), /^t=\d+\.\d{3}$/);
      assert.deepEqual([headers["x-agent"], headers["accept"], headers.host], ["me", undefined, host]);
      assert.equal(headers["x-original-uri"], "/a?b");
    }
  });

  it("that cannot be had are Problems", async () => {
    const problems = JSON.parse((await limpet.admin("/api/v1/problems")).body) as unknown;
    const text = JSON.stringify(problems);
    assert.match(text, /X-Bad/);
    assert.match(text, /upstream-vhost/);
    assert.match(text, /settings\/bad-entry/);
  });

  it("are gone at once with their settings", async () => {
    await limpet.apply(world({}));
    const { headers, setCookies } = await limpet.send({
      host: "plain.test",
      path: "/a",
      headers: { "x-agent": "you" },
    });
    assert.deepEqual([headers["x-frame-options"], headers["x-powered-by"]], ["of the application", "the application"]);
    assert.deepEqual([headers["x-seen"], setCookies.length], [undefined, 2]);
    const received = endpoint.received().at(-1)?.headers ?? {};
    assert.deepEqual([received["x-agent"], received["x-original-uri"]], ["you", undefined]);
    await limpet.apply(world(SETTINGS));
    assert.equal((await limpet.send({ host: "plain.test" })).headers["x-frame-options"], "DENY");
  });
});
