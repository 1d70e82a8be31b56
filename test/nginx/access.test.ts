import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startEndpoint, type TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, secret, service, slices } from "../support/manifests.ts";

const FRIEND = "127.0.0.7";
const STRANGER = "127.0.1.7";
const LIST = "127.0.0.0/24, fd00::/8";
const USER = { authorization: `Basic ${btoa("ann:secret")}` };

function guarded(name: string, annotations: Readonly<Record<string, string>>) {
  return ingress({ name, host: `${name}.test`, annotations });
}

describe("access by address", () => {
  let limpet: Limpet;
  let endpoint: TestEndpoint;

  before(async () => {
    endpoint = await startEndpoint("a");
    const password = { "auth-type": "basic", "auth-secret": "users" };
    limpet = await Limpet.start([
      guarded("open", {}),
      guarded("allow", { "allowlist-source-range": LIST, affinity: "cookie" }),
      guarded("former", { "whitelist-source-range": LIST }),
      guarded("deny", { "denylist-source-range": "127.0.1.0/24" }),
      guarded("both", { "allowlist-source-range": "127.0.0.0/8", "denylist-source-range": "127.0.1.7" }),
      guarded("wrong", { "allowlist-source-range": "127.0.0.0/24, 10.0.0.0/33" }),
      guarded("any", { ...password, "allowlist-source-range": LIST, satisfy: "any" }),
      guarded("all", { ...password, "allowlist-source-range": LIST, satisfy: "all" }),
      guarded("unsure", { ...password, "allowlist-source-range": LIST, satisfy: "some" }),
      guarded("not-denied", { ...password, "denylist-source-range": "127.0.1.0/24", satisfy: "any" }),
      ingress({
        name: "empty",
        host: "empty.test",
        annotations: { "allowlist-source-range": LIST },
        paths: [{ service: "none" }],
      }),
      secret("users", { auth: "ann:{PLAIN}secret\n" }),
      service(),
      service("none"),
      ...slices([endpoint]),
    ]);
  });

  after(async () => {
    await limpet.stop();
    await endpoint.kill();
  });

  async function statusOf(name: string, from: string, headers: Record<string, string> = {}): Promise<number> {
    return (await limpet.send({ host: `${name}.test`, from, headers })).status;
  }

  it("lets in whoever is on an allowlist, and nobody else", async () => {
    for (const name of ["allow", "former"]) {
      assert.equal(await statusOf(name, FRIEND), 200, name);
      assert.equal(await statusOf(name, STRANGER), 403, name);
    }
    assert.equal(await statusOf("open", STRANGER), 200);
  });

  it("keeps out whoever is on a denylist, and nobody else", async () => {
    assert.equal(await statusOf("deny", FRIEND), 200);
    assert.equal(await statusOf("deny", STRANGER), 403);
    assert.equal(await statusOf("both", FRIEND), 200);
    assert.equal(await statusOf("both", STRANGER), 403);
  });

  it("asks no Endpoint and binds nobody who is kept out", async () => {
    const before = endpoint.received().length;
    const reply = await limpet.send({ host: "allow.test", from: STRANGER });
    assert.deepEqual([reply.status, reply.setCookies, endpoint.received().length], [403, [], before]);
    assert.equal((await limpet.send({ host: "allow.test", from: FRIEND })).setCookies.length, 1);
  });

  it("does not believe what a client says of its address", async () => {
    const claims = { "x-forwarded-for": FRIEND, "x-real-ip": FRIEND, forwarded: `for=${FRIEND}` };
    assert.equal(await statusOf("allow", STRANGER, claims), 403);
  });

  it("is closed where a list cannot be read", async () => {
    assert.equal(await statusOf("wrong", FRIEND), 503);
    const { body } = await limpet.admin("/api/v1/problems");
    assert.match(body, /annotation\/guard-bad-value/);
  });

  it("is asked only once somebody could answer", async () => {
    assert.equal(await statusOf("empty", STRANGER), 503);
  });

  it("or a password is enough where any guard is", async () => {
    assert.equal(await statusOf("any", FRIEND), 200);
    assert.equal(await statusOf("any", STRANGER), 401);
    assert.equal(await statusOf("any", STRANGER, USER), 200);
    assert.equal(await statusOf("not-denied", FRIEND), 401);
    assert.equal(await statusOf("not-denied", STRANGER, USER), 200);
  });

  it("and a password are both needed where all guards are, which holds unless any is asked for", async () => {
    for (const name of ["all", "unsure"]) {
      assert.equal(await statusOf(name, FRIEND), 401, name);
      assert.equal(await statusOf(name, STRANGER, USER), 403, name);
      assert.equal(await statusOf(name, FRIEND, USER), 200, name);
    }
  });

  it("stands in the log and in explain", async () => {
    await limpet.send({ host: "allow.test", path: "/logged", from: STRANGER });
    await limpet.eventually("the line", async () =>
      (await limpet.accessLines()).some((line) => line["path"] === "/logged" && line["reason"] === "denied"),
    );
    for (const [address, reason] of [
      [STRANGER, "denied"],
      [FRIEND, "new"],
    ] as const) {
      const { body } = await limpet.admin(`/api/v1/explain?url=http://allow.test/&address=${address}`);
      assert.equal((JSON.parse(body) as { reason: string }).reason, reason);
    }
    assert.equal((await limpet.admin("/api/v1/explain?url=http://allow.test/&address=me")).status, 400);
  });
});
