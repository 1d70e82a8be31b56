import assert from "node:assert/strict";
import { readdir, readFile, readlink } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { startEndpoint, type TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, secret, service, slices } from "../support/manifests.ts";

/** `secret` under every hash that NGINX's own auth_basic takes. */
const HASHES = {
  bcrypt: "$2y$05$Ga3MxgMjyqxwSqqqHqDwF.Wq3YQ5mq9xRQE/Z8/aAQp2gLuAZZ5sO",
  apr1: "$apr1$abcdefgh$h9FWgUz3n9YxylKLlR5SQ/",
  sha512: "$6$abcdefgh$ltjgWl6579NluT/Vi1nwEvcil.G5Nbc4NiXZaNGStk8PSwGfQv72N2CKPPrVACtLtip/cZ/1GM/O6IND4WQhG.",
  sha1: "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=",
  plain: "{PLAIN}secret",
};

/** Of no password; enough work that many of them make a queue. */
const SLOW = "$2b$08$7EqJtq98hPqEX7fNZaFWoOa3Xkz1s6s9pY3m1J1mK6p4b1c0dQ9yG";

const PASSWORD = { "auth-type": "basic", "auth-secret": "users" };

function basic(user: string, password: string): { readonly authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` };
}

/** What each thread of a process has open besides the standard files. */
async function filesByThread(pid: number): Promise<string[][]> {
  const threads = (await readdir(`/proc/${pid}/task`)).sort((a, b) => Number(a) - Number(b));
  return await Promise.all(
    threads.map(async (thread) => {
      const folder = `/proc/${pid}/task/${thread}/fd`;
      const files = (await readdir(folder)).filter((file) => Number(file) > 2);
      return await Promise.all(files.map((file) => readlink(join(folder, file)).catch(() => "closed meanwhile")));
    }),
  );
}

function guarded(name: string, annotations: Readonly<Record<string, string>>) {
  return ingress({ name, host: `${name}.test`, annotations });
}

describe("basic authentication", () => {
  let limpet: Limpet;
  let endpoint: TestEndpoint;

  function objects(users: string) {
    return [
      guarded("file", { ...PASSWORD, "auth-realm": "Staff only - é", affinity: "cookie" }),
      guarded("map", { "auth-type": "basic", "auth-secret": "default/map", "auth-secret-type": "auth-map" }),
      guarded("digest", { ...PASSWORD, "auth-type": "digest" }),
      guarded("missing", { ...PASSWORD, "auth-secret": "nowhere" }),
      guarded("foreign", { ...PASSWORD, "auth-secret": "other/users" }),
      guarded("nameless", { "auth-type": "basic" }),
      guarded("typeless", { "auth-secret": "users" }),
      guarded("keyless", { ...PASSWORD, "auth-secret": "map" }),
      guarded("shared", { ...PASSWORD, "enable-cors": "true", "limit-connections": "1" }),
      guarded("quoted", { ...PASSWORD, "auth-realm": 'a", Digest realm="b' }),
      ingress({
        name: "acme",
        host: "acme.test",
        annotations: PASSWORD,
        paths: [{ path: "/.well-known/acme-challenge/token", service: "web" }, { service: "web" }],
      }),
      secret("users", { auth: users }),
      secret("map", { ann: HASHES.bcrypt, bob: "{PLAIN}other" }),
      service(),
      ...slices([endpoint]),
    ];
  }

  const USERS = [
    "# a comment",
    ...Object.entries(HASHES).map(([name, hash]) => `${name}:${hash}`),
    `slow:${SLOW}`,
    "noted:{PLAIN}secret:a note",
    "bcrypt:{PLAIN}second line of a name",
    "",
  ].join("\n");

  before(async () => {
    endpoint = await startEndpoint("a");
    limpet = await Limpet.start(objects(USERS));
  });

  after(async () => {
    await limpet.stop();
    await endpoint.kill();
  });

  async function statusOf(name: string, headers: Record<string, string> = {}, from = "127.0.0.1"): Promise<number> {
    return (await limpet.send({ host: `${name}.test`, headers, from })).status;
  }

  /** Sends a password and resets the connection at once. */
  function leave(guess: number): Promise<void> {
    const socket = connect({ port: limpet.httpPort, host: "127.0.0.1", localAddress: "127.0.0.11" });
    const { authorization } = basic("slow", `guess ${guess}`);
    return new Promise((resolve, reject) => {
      socket.once("error", reject);
      socket.once("close", () => resolve());
      const request = `GET / HTTP/1.1\r\nHost: file.test\r\nAuthorization: ${authorization}\r\n\r\n`;
      socket.write(request, () => socket.resetAndDestroy());
    });
  }

  it("asks who says nothing, and no Endpoint", async () => {
    const before = endpoint.received().length;
    const reply = await limpet.send({ host: "file.test" });
    assert.equal(reply.status, 401);
    assert.equal(
      Buffer.from(String(reply.headers["www-authenticate"]), "latin1").toString(),
      'Basic realm="Staff only - é"',
    );
    assert.deepEqual([reply.setCookies, endpoint.received().length], [[], before]);
  });

  it("lets in who knows a password, whatever its hash, and tells the Endpoint", async () => {
    for (const name of [...Object.keys(HASHES), "noted"]) {
      assert.equal(await statusOf("file", basic(name, "secret")), 200, name);
      assert.equal(await statusOf("file", basic(name, "secret")), 200, `${name}, once it is known`);
      assert.equal(endpoint.received().at(-1)?.headers.authorization, basic(name, "secret").authorization);
      assert.equal(await statusOf("file", basic(name, "wrong")), 401, name);
    }
    assert.equal(await statusOf("map", basic("ann", "secret")), 200);
    assert.equal(await statusOf("map", basic("bob", "secret")), 401);
  });

  it("lets in nobody else", async () => {
    const strange = ["Basic", "Basic ", "Basic %%%", `Basic ${btoa("bcrypt")}`, `Basic ${btoa(":secret")}`, "Bearer x"];
    for (const authorization of strange) assert.equal(await statusOf("file", { authorization }), 401, authorization);
    for (const user of ["nobody", "# a comment", "__proto__", "constructor", "auth"]) {
      assert.equal(await statusOf("file", basic(user, "secret")), 401, user);
    }
    for (const password of ["", "secret\0more", "{PLAIN}secret", HASHES.bcrypt, "second line of a name"]) {
      assert.equal(await statusOf("file", basic("bcrypt", password)), 401, password);
    }
    assert.equal(await statusOf("file", { authorization: `bASIC ${btoa("bcrypt:secret")}` }), 200);
  });

  it("is closed where it cannot be had", async () => {
    for (const name of ["digest", "missing", "foreign", "nameless", "typeless", "keyless"]) {
      assert.equal(await statusOf(name, basic("plain", "secret")), 503, name);
    }
  });

  it("says an empty realm in place of one that would say more", async () => {
    const reply = await limpet.send({ host: "quoted.test" });
    assert.equal(reply.headers["www-authenticate"], 'Basic realm=""');
  });

  it("leaves out what proves to a certificate's issuer who owns the host", async () => {
    const challenge = await limpet.send({ host: "acme.test", path: "/.well-known/acme-challenge/token" });
    assert.deepEqual([challenge.status, await statusOf("acme")], [200, 401]);
  });

  it("goes with CORS, and what a client may ask at once", async () => {
    const refused = await limpet.send({ host: "shared.test" });
    assert.deepEqual([refused.status, refused.headers["access-control-allow-origin"]], [401, "*"]);
    const reply = await limpet.send({ host: "shared.test", headers: basic("apr1", "secret") });
    assert.deepEqual([reply.status, reply.headers["access-control-allow-origin"]], [200, "*"]);
  });

  it("works at passwords in a thread that has no hand on ports and connections", async () => {
    assert.equal(await statusOf("file", basic("sha512", "secret")), 200);
    for (const pid of await limpet.workers()) {
      const [worker, passwords] = await filesByThread(pid);
      assert.ok(
        worker?.some((file) => file.startsWith("socket:")),
        "the worker's own ports are seen",
      );
      assert.deepEqual([...new Set(passwords)], ["anon_inode:[eventfd]"]);
    }
  });

  it("bears clients that leave while their password is looked at", async () => {
    const pids = await limpet.workers();
    await Promise.all(Array.from({ length: 25 }, (_, i) => leave(i)));
    assert.equal(await statusOf("file", basic("sha512", "wrong"), "127.0.0.12"), 401);
    assert.equal(await statusOf("file", basic("sha512", "secret"), "127.0.0.12"), 200);
    assert.deepEqual(await limpet.workers(), pids, "no worker died");
  });

  it("serves others while a slow hash is worked at", async () => {
    const order: string[] = [];
    const slow = statusOf("file", basic("slow", "wrong"), "127.0.0.8").then((status) => order.push(`slow ${status}`));
    await statusOf("file").then((status) => order.push(`other ${status}`));
    await slow;
    assert.deepEqual(order, ["other 401", "slow 401"]);
  });

  it("bears more wrong passwords than it looks at, and forgets no one who was let in", async () => {
    const pids = await limpet.workers();
    const from = "127.0.0.9";
    assert.equal(await statusOf("file", basic("bcrypt", "secret"), from), 200);
    const attempts = Array.from({ length: 200 }, (_, i) => statusOf("file", basic("slow", `guess ${i}`), from));
    const statuses = await Promise.all(attempts);
    assert.ok(statuses.filter((status) => status === 401).length < 100, "not every one is looked at");
    assert.equal(statuses.filter((status) => status === 401 || status === 503).length, 200);
    assert.equal(await statusOf("file", basic("bcrypt", "secret"), from), 200);
    assert.equal(await statusOf("file", basic("plain", "secret"), "127.0.0.10"), 200, "another client");
    assert.deepEqual(await limpet.workers(), pids, "no worker died");
  });

  it("follows its Secret", async () => {
    await limpet.apply(objects("bcrypt:{PLAIN}changed\n"));
    assert.equal(await statusOf("file", basic("bcrypt", "secret")), 401);
    assert.equal(await statusOf("file", basic("plain", "secret")), 401);
    assert.equal(await statusOf("file", basic("bcrypt", "changed")), 200);
    await limpet.apply(objects(USERS));
    assert.equal(await statusOf("file", basic("plain", "secret")), 200);
  });

  it("shows passwords and their hashes to nobody", async () => {
    const places = ["/api/v1/snapshot", "/api/v1/problems", "/api/v1/explain?url=http://file.test/", "/metrics"];
    const shown = await Promise.all(places.map(async (path) => (await limpet.admin(path)).body));
    shown.push(limpet.log, await readFile(limpet.accessLog, "utf8"));
    assert.ok(shown.some((text) => text.includes("file.test")));
    for (const text of shown) {
      for (const hash of Object.values(HASHES)) assert.ok(!text.includes(hash), hash);
      assert.ok(!text.includes("second line of a name"));
    }
  });
});
