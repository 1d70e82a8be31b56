import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Reply } from "../support/client.ts";
import { startEndpoint, type TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, service, slices } from "../support/manifests.ts";

const DEFAULTS = {
  "access-control-allow-credentials": "true",
  "access-control-allow-methods": "GET, PUT, POST, DELETE, PATCH, OPTIONS",
  "access-control-allow-headers":
    "DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Range,Authorization",
  "access-control-max-age": "1728000",
};

/** The CORS headers of a reply; a header that came twice has both values. */
function corsOf({ headers }: Reply): Record<string, string> {
  const found = Object.entries(headers).filter(([name]) => name.startsWith("access-control-"));
  return Object.fromEntries(found.map(([name, value]) => [name, String(value)]));
}

function site(name: string, annotations: Readonly<Record<string, string>>) {
  return ingress({ name, host: `${name}.test`, annotations });
}

describe("CORS", () => {
  let limpet: Limpet;
  let endpoint: TestEndpoint;

  before(async () => {
    endpoint = await startEndpoint("a", {
      answer: (_request, response) => {
        response.setHeader("Access-Control-Allow-Origin", "https://the-application.example.com");
        response.setHeader("Vary", "Accept-Encoding");
        response.end("a\n");
      },
    });
    limpet = await Limpet.start([
      site("off", { "cors-allow-origin": "https://a.example.com" }),
      site("every", { "enable-cors": "true", affinity: "cookie" }),
      site("some", {
        "enable-cors": "true",
        "cors-allow-origin": "https://a.example.com, https://*.b.example.com:8443",
        "cors-allow-methods": "GET, POST",
        "cors-allow-headers": "X-One,X-Two",
        "cors-expose-headers": "*, X-Three",
        "cors-allow-credentials": "false",
        "cors-max-age": "600",
      }),
      site("wrong", { "enable-cors": "true", "cors-allow-origin": "https://a.example.com/path" }),
      site("split", { "enable-cors": "true", "cors-allow-headers": "X-One\r\nSet-Cookie: a=b" }),
      site("guarded", { "enable-cors": "true", "denylist-source-range": "127.0.0.0/8" }),
      service(),
      ...slices([endpoint]),
    ]);
  });

  after(async () => {
    await limpet.stop();
    await endpoint.kill();
  });

  function get(name: string, origin: string): Promise<Reply> {
    return limpet.send({ host: `${name}.test`, headers: { origin } });
  }

  function preflight(name: string, origin: string): Promise<Reply> {
    const headers = { origin, "access-control-request-method": "PUT" };
    return limpet.send({ host: `${name}.test`, method: "OPTIONS", headers });
  }

  it("is the application's own where it is not enabled", async () => {
    const own = { "access-control-allow-origin": "https://the-application.example.com" };
    assert.deepEqual(corsOf(await get("off", "https://a.example.com")), own);
    assert.deepEqual(corsOf(await preflight("off", "https://a.example.com")), own);
  });

  it("lets every origin read when nothing else is said", async () => {
    const reply = await get("every", "https://anywhere.example.com");
    assert.deepEqual(corsOf(reply), { "access-control-allow-origin": "*", ...DEFAULTS });
    assert.equal(reply.body, "a\n");
    assert.equal(reply.setCookies.length, 1);
    assert.equal(reply.headers.vary, "Accept-Encoding");
  });

  it("answers a preflight without asking an Endpoint", async () => {
    const before = endpoint.received().length;
    const reply = await preflight("every", "https://anywhere.example.com");
    assert.equal(reply.status, 204);
    assert.deepEqual(corsOf(reply), { "access-control-allow-origin": "*", ...DEFAULTS });
    assert.deepEqual([reply.setCookies, endpoint.received().length], [[], before]);
  });

  it("says what it is told, to the origins that it is told", async () => {
    for (const origin of ["https://a.example.com", "https://x.b.example.com:8443"]) {
      for (const reply of [await get("some", origin), await preflight("some", origin)]) {
        assert.deepEqual(corsOf(reply), {
          "access-control-allow-origin": origin,
          "access-control-allow-methods": "GET, POST",
          "access-control-allow-headers": "X-One,X-Two",
          "access-control-expose-headers": "*, X-Three",
          "access-control-max-age": "600",
        });
        assert.match(String(reply.headers.vary), /\bOrigin\b/);
      }
    }
  });

  it("leaves other origins to the application, and tells caches", async () => {
    for (const origin of [
      "https://evil.example.com",
      "https://a.example.com.evil.example",
      "https://b.example.com:8443",
      "https://x.y.b.example.com:8443",
      "https://x.b.example.com",
      "null",
    ]) {
      const reply = await get("some", origin);
      assert.deepEqual(corsOf(reply), { "access-control-allow-origin": "https://the-application.example.com" }, origin);
      assert.match(String(reply.headers.vary), /\bOrigin\b/);
      assert.equal((await preflight("some", origin)).status, 200, origin);
    }
  });

  it("opens to nobody where no origin can be read", async () => {
    assert.equal((await preflight("wrong", "https://a.example.com")).status, 200);
    assert.equal(corsOf(await get("wrong", "https://b.example.com"))["access-control-allow-methods"], undefined);
  });

  it("writes no header of a user's own", async () => {
    const reply = await get("split", "https://a.example.com");
    assert.equal(reply.setCookies.length, 0);
    assert.equal(corsOf(reply)["access-control-allow-headers"], DEFAULTS["access-control-allow-headers"]);
  });

  it("lets pages read why they are refused, and asks before guards do", async () => {
    const refused = await get("guarded", "https://a.example.com");
    assert.deepEqual([refused.status, refused.headers["access-control-allow-origin"]], [403, "*"]);
    assert.equal((await preflight("guarded", "https://a.example.com")).status, 204);
  });

  it("stands in the log", async () => {
    await preflight("every", "https://a.example.com");
    await limpet.eventually("the line", async () =>
      (await limpet.accessLines()).some((it) => it["method"] === "OPTIONS" && it["reason"] === "preflight"),
    );
  });
});
