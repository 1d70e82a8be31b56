import assert from "node:assert/strict";
import { once } from "node:events";
import type http from "node:http";
import http2 from "node:http2";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { makeCertificate } from "../support/api-emulator/certificate.ts";
import { cookieOf } from "../support/client.ts";
import { DataPlane, translate } from "../support/data-plane.ts";
import { type ReceivedRequest, startEndpoint, type TestEndpoint } from "../support/endpoints.ts";
import { freePort } from "../support/free-port.ts";
import { Limpet } from "../support/limpet.ts";
import { configMap, ingress, secret, service, slices } from "../support/manifests.ts";

/** Knows one client by its cookie, and says what its path asks for. */
function authorize(request: ReceivedRequest, response: http.ServerResponse): void {
  const known = request.headers.cookie?.includes("session=ann") ?? false;
  response.setHeader("Set-Cookie", ["seen=1; Path=/", "again=2; Path=/"]);
  if (request.url.startsWith("/status/")) response.writeHead(Number(request.url.substring(8, 11))).end("body");
  else if (request.url.startsWith("/cached")) {
    response.removeHeader("Set-Cookie");
    response.writeHead(known ? 202 : 401, known ? { "X-User": "ann" } : { "WWW-Authenticate": "Cookie" }).end();
  } else if (known) response.writeHead(200, { "X-User": "ann", "X-Groups": "a" }).end("welcome");
  else response.writeHead(401, { "WWW-Authenticate": 'Bearer realm="shop"' }).end("who are you?");
}

const ANN = "session=ann";

describe("external authentication", () => {
  let limpet: Limpet;
  let endpoint: TestEndpoint;
  let second: TestEndpoint;
  let authority: TestEndpoint;
  let secure: https.Server;
  /** Host and name in TLS of what the secure one was asked. */
  const asked: (readonly [string, string])[] = [];

  before(async () => {
    endpoint = await startEndpoint("a");
    second = await startEndpoint("b");
    authority = await startEndpoint("authority", { answer: authorize });
    const { key, certificate } = await makeCertificate();
    secure = https.createServer({ key, cert: certificate }, (request, response) => {
      const { servername } = request.socket as unknown as { readonly servername: string };
      asked.push([request.headers.host ?? "", servername]);
      response.writeHead(204).end();
    });
    await once(secure.listen(0, "127.0.0.1"), "listening");
    const url = `http://127.0.0.1:${authority.port}`;
    const guarded = (name: string, annotations: Readonly<Record<string, string>>) =>
      ingress({ name, host: `${name}.test`, annotations: { "auth-url": `${url}/check`, ...annotations } });
    const cached = { "auth-url": `${url}/cached`, "auth-cache-key": "$cookie_session" };
    limpet = await Limpet.start([
      ingress({ name: "open", host: "open.test" }),
      guarded("shop", { affinity: "cookie", "auth-response-headers": "X-User, X-Groups, Cookie" }),
      guarded("signin", { "auth-signin": "https://$host/start?a=b" }),
      guarded("own-way", { "auth-signin": "/start?rd=$escaped_request_uri", "enable-cors": "true" }),
      guarded("param", { "auth-signin": "http://login.test/", "auth-signin-redirect-param": "back" }),
      guarded("always", { "auth-always-set-cookie": "true" }),
      ...[302, 403, 404, 500].map((status) => guarded(`s${status}`, { "auth-url": `${url}/status/${status}` })),
      guarded("down", { "auth-url": `http://127.0.0.1:${await freePort()}/check` }),
      guarded("unknown", { "auth-url": "http://no-such-host.invalid/check" }),
      guarded("secure", { "auth-url": `https://127.0.0.1:${(secure.address() as AddressInfo).port}/check` }),
      guarded("asked", {
        "auth-url": `${url}/check?to=$escaped_request_uri&at=$uri`,
        "auth-method": "POST",
        "auth-proxy-set-headers": "question",
        "auth-request-redirect": "$scheme://$host/back$request_uri",
      }),
      configMap("question", { "X-Tenant": "blue", "X-Asked-Host": "$http_host" }),
      guarded("cached", cached),
      guarded("cached-too", cached),
      guarded("short", { ...cached, "auth-cache-duration": "200 5m" }),
      guarded("either", {
        "auth-type": "basic",
        "auth-secret": "users",
        satisfy: "any",
        "auth-response-headers": "X-User",
      }),
      guarded("near", { satisfy: "any", "allowlist-source-range": "127.0.0.2", "auth-response-headers": "X-User" }),
      guarded("both", { "auth-type": "basic", "auth-secret": "users" }),
      secret("users", { auth: "ann:{PLAIN}secret\n" }),
      guarded("copied", { "mirror-target": `http://127.0.0.1:${second.port}` }),
      guarded("large", { "proxy-body-size": "1k", affinity: "cookie" }),
      guarded("bad-url", { "auth-url": "ftp://nowhere/" }),
      guarded("bad-header", { "auth-response-headers": "Content-Length" }),
      guarded("bad-flag", { "auth-always-set-cookie": "maybe" }),
      guarded("bad-duration", { "auth-cache-duration": "soon" }),
      guarded("bad-redirect", { "auth-request-redirect": "$nothing" }),
      guarded("no-map", { "auth-proxy-set-headers": "nowhere" }),
      guarded("snippet", { "auth-snippet": "proxy_set_header X-A b;" }),
      ingress({ name: "wild", host: "*.wild.test", annotations: { "auth-url": "http://$host/check" } }),
      ingress({
        name: "acme",
        host: "acme.test",
        annotations: { "auth-url": `${url}/check` },
        paths: [{ path: "/.well-known/acme-challenge/token", service: "web" }, { service: "web" }],
      }),
      service(),
      ...slices([endpoint, second]),
    ]);
  });

  after(async () => {
    await limpet.stop();
    await Promise.all([endpoint, second, authority].map((it) => it.kill()));
    await new Promise((resolve) => secure.close(resolve));
  });

  function send(name: string, options: Parameters<Limpet["send"]>[0] = {}) {
    return limpet.send({ host: `${name}.test`, ...options });
  }

  function served(): readonly ReceivedRequest[] {
    return [...endpoint.received(), ...second.received()];
  }

  /** What the authority was asked about, and the status of the answer, while something is sent. */
  async function questions(act: () => Promise<unknown>): Promise<readonly ReceivedRequest[]> {
    const before = authority.received().length;
    await act();
    return authority.received().slice(before);
  }

  it("is not there without the annotation", async () => {
    const about = await questions(async () => assert.equal((await send("open")).status, 200));
    assert.equal(about.length, 0);
  });

  it("lets in whom the authority knows, and nobody else", async () => {
    const before = served().length;
    const refused = await send("shop");
    assert.deepEqual([refused.status, refused.headers["www-authenticate"]], [401, 'Bearer realm="shop"']);
    assert.deepEqual([refused.setCookies, served().length], [[], before]);
    assert.equal((await send("shop", { cookie: ANN })).status, 200);
    assert.equal(served().length, before + 1);
  });

  it("keeps the session where it is, and the authority's cookies beside ours", async () => {
    const first = await send("shop", { cookie: ANN });
    const own = first.setCookies.filter((line) => line.startsWith("INGRESSCOOKIE="));
    assert.equal(own.length, 1);
    assert.deepEqual(
      first.setCookies.filter((line) => !line.startsWith("INGRESSCOOKIE=")),
      ["seen=1; Path=/", "again=2; Path=/"],
    );
    const bound = cookieOf({ ...first, setCookies: own });
    for (let i = 0; i < 6; i++) {
      const reply = await send("shop", { cookie: `${ANN}; ${bound}` });
      assert.equal(reply.endpoint, first.endpoint);
      assert.equal(reply.setCookies.length, 2);
    }
  });

  it("tells endpoints what the authority says, and nothing that a client claims", async () => {
    const headers = { "X-User": "root", "x-groups": "wheel", "X-Other": "kept" };
    await send("shop", { cookie: ANN, headers, path: "/claims" });
    const { headers: got } = served().find(({ url }) => url === "/claims") as ReceivedRequest;
    assert.deepEqual([got["x-user"], got["x-groups"], got["x-other"], got.cookie], ["ann", "a", "kept", undefined]);
    await send("near", { from: "127.0.0.2", headers: { "X-User": "root" }, path: "/near" });
    assert.equal(served().find(({ url }) => url === "/near")?.headers["x-user"], undefined);
  });

  it("leaves bodies to the endpoint", async () => {
    const body = "x".repeat(200_000);
    for (const headers of [{}, { "transfer-encoding": "chunked" }]) {
      const path = `/upload${Object.keys(headers).length}`;
      const about = await questions(async () => {
        const reply = await send("shop", { cookie: ANN, method: "POST", body, headers, path });
        assert.equal(reply.status, 200);
      });
      assert.deepEqual([about[0]?.method, about[0]?.body, about[0]?.headers["content-length"]], ["GET", "", undefined]);
      assert.equal(about[0]?.headers["transfer-encoding"], undefined);
      const got = served().find(({ url }) => url === path);
      assert.ok(got?.method === "POST" && got.body === body);
    }
  });

  it("goes with copies, and with limits of bodies", async () => {
    assert.equal((await send("copied", { path: "/copied" })).status, 401);
    const [question, ...more] = await questions(async () => {
      assert.equal((await send("copied", { cookie: ANN, path: "/copied", method: "POST", body: "copy" })).status, 200);
    });
    assert.deepEqual([question?.url, more.length], ["/check", 0]);
    const copies = () => served().filter(({ url, body }) => url === "/copied" && body === "copy");
    await limpet.eventually("the copy", async () => copies().length === 2);
    const chunked = { "transfer-encoding": "chunked" };
    const large = { cookie: ANN, method: "POST", headers: chunked };
    assert.equal((await send("large", { ...large, body: "x".repeat(1024) })).status, 200);
    assert.equal((await send("large", { ...large, body: "x".repeat(1025) })).status, 413);
  });

  it("says what is asked about", async () => {
    const headers = {
      "X-Original-URL": "http://forged/",
      "X-Original-Method": "FORGED",
      "X-Forwarded-For": "10.0.0.1",
      "X-Auth-Request-Redirect": "forged",
      "X-Tenant": "forged",
      "If-None-Match": '"etag"',
      "X-Kept": "kept",
    };
    const [question] = await questions(() =>
      send("asked", { cookie: ANN, method: "DELETE", path: "/a%0d%0ab?c=d&e", headers }),
    );
    assert.equal(question?.method, "POST");
    assert.equal(question?.url, "/check?to=%2Fa%250d%250ab%3Fc%3Dd%26e&at=/a%0D%0Ab");
    const said = question?.headers ?? {};
    assert.equal(said["x-original-url"], "http://asked.test/a%0d%0ab?c=d&e");
    assert.equal(said["x-original-method"], "DELETE");
    assert.equal(said["x-auth-request-redirect"], "http://asked.test/back/a%0d%0ab?c=d&e");
    assert.equal(said["x-sent-from"], "nginx-ingress-controller");
    assert.deepEqual([said["x-real-ip"], said["x-forwarded-for"]], ["127.0.0.1", "127.0.0.1"]);
    assert.deepEqual([said["x-tenant"], said["x-asked-host"]], ["blue", "asked.test"]);
    assert.deepEqual([said["x-kept"], said["if-none-match"], said.host], ["kept", undefined, "127.0.0.1"]);
    const got = served().find(({ url }) => url === "/a%0d%0ab?c=d&e");
    assert.equal(got?.headers["x-tenant"], "forged", "the endpoint's own headers are left alone");
    assert.equal(got?.headers["x-request-id"], said["x-request-id"]);
    const [plain] = await questions(() => send("shop", { path: "/p?q" }));
    assert.deepEqual([plain?.method, plain?.url, plain?.headers["x-auth-request-redirect"]], ["GET", "/check", "/p?q"]);
  });

  it("sends a client that is not known where it can sign in", async () => {
    const reply = await send("signin", { path: "/deep/page?x=1&y=2" });
    assert.equal(reply.status, 302);
    assert.equal(
      reply.headers.location,
      "https://signin.test/start?a=b&rd=http://signin.test%2Fdeep%2Fpage%3Fx%3D1%26y%3D2",
    );
    assert.deepEqual(reply.setCookies, ["seen=1; Path=/", "again=2; Path=/"]);
    const own = await send("own-way", { path: "/x?y", headers: { origin: "http://page.test" } });
    assert.match(String(own.headers.location), /\/start\?rd=%2Fx%3Fy$/);
    assert.equal(own.headers["access-control-allow-origin"], "*");
    assert.equal((await send("param")).headers.location, "http://login.test/?back=http://param.test%2F");
    assert.equal((await send("signin", { cookie: ANN })).status, 200);
  });

  it("takes anything but 2xx, 401 and 403 for a failure, and is closed then", async () => {
    const before = served().length;
    assert.equal((await send("s403")).status, 403);
    for (const name of ["s302", "s404", "s500", "down", "unknown"]) assert.equal((await send(name)).status, 500, name);
    assert.equal(served().length, before);
    const reasonsOf = async (host: string) =>
      (await limpet.accessLines()).filter((line) => line["host"] === host).map(({ reason }) => reason);
    await limpet.eventually("the lines", async () => (await reasonsOf("unknown.test")).length > 0);
    assert.deepEqual(await reasonsOf("down.test"), ["no-authority"]);
    assert.deepEqual(await reasonsOf("s403.test"), ["denied"]);
  });

  it("gives the authority's cookies with errors where that is asked for", async () => {
    assert.equal((await send("always")).setCookies.length, 2);
    assert.equal((await send("s403")).setCookies.length, 0);
  });

  it("closes the Routes where a value cannot be used", async () => {
    for (const name of [
      "bad-url",
      "bad-header",
      "bad-flag",
      "bad-duration",
      "bad-redirect",
      "no-map",
      "snippet",
      "x.wild",
    ]) {
      assert.equal((await send(name, { cookie: ANN })).status, 503, name);
    }
  });

  it("asks over TLS, by name", async () => {
    assert.equal((await send("secure")).status, 200);
    assert.deepEqual(
      asked.map(([host]) => host),
      ["127.0.0.1"],
    );
  });

  it("remembers answers by their key, each Ingress for itself", async () => {
    const twice = async (name: string, cookie: string) => {
      const statuses: number[] = [];
      const about = await questions(async () => {
        for (let i = 0; i < 2; i++) statuses.push((await send(name, { cookie })).status);
      });
      return [...statuses, about.length];
    };
    assert.deepEqual(await twice("cached", ANN), [200, 200, 1]);
    assert.deepEqual(await twice("cached", "session=bob"), [401, 401, 1]);
    assert.deepEqual(await twice("cached-too", ANN), [200, 200, 1], "another Ingress asks for itself");
    assert.deepEqual(await twice("short", ANN), [200, 200, 2], "202 is not among its statuses");
    assert.deepEqual(await twice("shop", ANN), [200, 200, 2], "nothing is remembered unasked");
    const remembered = await send("cached", { cookie: "session=bob" });
    assert.equal(remembered.headers["www-authenticate"], "Cookie");
  });

  it("goes with a password and with addresses", async () => {
    const authorization = `Basic ${btoa("ann:secret")}`;
    const statusOf = async (name: string, options: Parameters<Limpet["send"]>[0]) => (await send(name, options)).status;
    const about = await questions(async () => {
      assert.equal(await statusOf("either", { headers: { authorization } }), 200);
      assert.equal(await statusOf("near", { from: "127.0.0.2" }), 200);
    });
    assert.equal(about.length, 0, "who is let in already is not asked about");
    assert.equal(await statusOf("either", { cookie: ANN }), 200);
    assert.equal(await statusOf("either", {}), 401);
    assert.equal(await statusOf("near", { cookie: ANN }), 200);
    assert.equal(await statusOf("near", {}), 401);
    assert.equal(await statusOf("both", { cookie: ANN }), 401);
    assert.equal(await statusOf("both", { headers: { authorization } }), 401);
    assert.equal(await statusOf("both", { cookie: ANN, headers: { authorization } }), 200);
  });

  it("leaves out what proves to a certificate's issuer who owns the host", async () => {
    assert.equal((await send("acme", { path: "/.well-known/acme-challenge/token" })).status, 200);
    assert.equal((await send("acme")).status, 401);
  });

  it("is explained, and nobody is asked", async () => {
    const about = await questions(async () => {
      const { body } = await limpet.admin("/api/v1/explain?url=http://shop.test/x");
      assert.match(
        body,
        /"step":"authority","outcome":"unknown","detail":"NGINX asks http:\/\/127\.0\.0\.1:\d+\/check/,
      );
    });
    assert.equal(about.length, 0);
  });

  it("leaves no path of its own that clients can ask for", async () => {
    assert.equal((await send("open", { path: "/limpet-ask" })).status, 200);
  });
});

describe("a global authority", () => {
  const settings = (data: Readonly<Record<string, string>>) => configMap("limpet", data);

  it("is asked for every Ingress that does not leave it out", async () => {
    const endpoint = await startEndpoint("a");
    const authority = await startEndpoint("authority", { answer: authorize });
    const url = `http://127.0.0.1:${authority.port}`;
    const objects = [
      ingress({
        name: "plain",
        host: "plain.test",
        paths: [{ path: "/public", service: "web" }, { service: "web" }],
      }),
      ingress({ name: "out", host: "out.test", annotations: { "enable-global-auth": "false" } }),
      ingress({ name: "own", host: "own.test", annotations: { "auth-url": `${url}/status/403` } }),
      service(),
      ...slices([endpoint]),
    ];
    const global = {
      "global-auth-url": `${url}/check`,
      "global-auth-signin": "https://login.test/",
      "global-auth-response-headers": "X-User",
      "no-auth-locations": "/public",
    };
    const limpet = await Limpet.start([...objects, settings(global)], { flags: ["--configmap", "default/limpet"] });
    const statusOf = async (host: string, path = "/", cookie = "a=b") =>
      (await limpet.send({ host: `${host}.test`, path, cookie })).status;
    try {
      assert.deepEqual([await statusOf("plain"), await statusOf("plain", "/", ANN)], [302, 200]);
      assert.equal(endpoint.received().at(-1)?.headers["x-user"], "ann");
      assert.deepEqual([await statusOf("plain", "/public"), await statusOf("out")], [200, 200]);
      assert.equal(await statusOf("own", "/", ANN), 403);
      for (const wrong of [{ "global-auth-url": "nowhere" }, { "global-auth-method": "SHOUT" }]) {
        await limpet.apply([...objects, settings({ ...global, ...wrong })]);
        assert.deepEqual([await statusOf("plain", "/", ANN), await statusOf("out")], [503, 200]);
        assert.match((await limpet.admin("/api/v1/problems")).body, /settings\/bad-value/);
        await limpet.apply([...objects, settings(global)]);
      }
      await limpet.apply([...objects, settings({})]);
      assert.equal(await statusOf("plain"), 200);
    } finally {
      await limpet.stop();
      await Promise.all([endpoint, authority].map((it) => it.kill()));
    }
  });
});

describe("external authentication over HTTP/2", () => {
  /** The status of a request on a connection of its own, and which endpoint answered. */
  async function ask(port: number, headers: http2.OutgoingHttpHeaders, body: string): Promise<readonly string[]> {
    const session = http2.connect(`http://127.0.0.1:${port}`);
    const stream = session.request({ ":authority": "web.test", ":method": "POST", ":path": "/", ...headers });
    stream.end(body);
    const [answer] = (await once(stream, "response")) as [http2.IncomingHttpHeaders];
    stream.resume();
    await once(stream, "close");
    session.close();
    return [`${answer[":status"]}`, `${answer["x-endpoint"] ?? ""}`];
  }

  it("is the same", async () => {
    const endpoint = await startEndpoint("a");
    const authority = await startEndpoint("authority", { answer: authorize });
    const listens = (config: string) => config.replace("default_server", "default_server http2");
    const dataPlane = await DataPlane.start({ edit: listens });
    const annotations = { "auth-url": `http://127.0.0.1:${authority.port}/check` };
    try {
      const objects = [ingress({ host: "web.test", annotations }), service(), ...slices([endpoint])];
      await dataPlane.push(translate(objects, { specialAddresses: true }));
      const body = "x".repeat(100_000);
      assert.deepEqual(await ask(dataPlane.port, {}, body), ["401", ""]);
      assert.deepEqual(await ask(dataPlane.port, { cookie: ANN }, body), ["200", "a"]);
      assert.ok(endpoint.received().at(-1)?.body === body);
    } finally {
      await dataPlane.stop();
      await Promise.all([endpoint, authority].map((it) => it.kill()));
    }
  });
});
