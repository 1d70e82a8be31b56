import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import net from "node:net";
import { after, before, describe, it } from "node:test";
import { cookieOf } from "../support/client.ts";
import { startEndpoint, type TestEndpoint } from "../support/endpoints.ts";
import { freePort } from "../support/free-port.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, service, slices, sticky } from "../support/manifests.ts";

/** A server that reads a request and closes without an answer. */
async function startSilent(): Promise<{ port: number; connections: () => number; close: () => void }> {
  let connections = 0;
  const server = net.createServer((socket) => {
    connections++;
    socket.once("data", () => socket.destroy());
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    close: () => server.close(),
  };
}

const modes = { "affinity-mode": "persistent" };

describe("an endpoint that fails", () => {
  let limpet: Limpet;
  let good: TestEndpoint;
  let refusing: { name: string; address: string; port: number };
  let silent: Awaited<ReturnType<typeof startSilent>>;

  before(async () => {
    good = await startEndpoint("good");
    silent = await startSilent();
    refusing = { name: "refusing", address: "127.0.0.1", port: await freePort() };
    const on = (name: string, serviceName: string, annotations: Record<string, string>) =>
      ingress({ name, host: `${name}.test`, annotations, paths: [{ service: serviceName }] });
    limpet = await Limpet.start([
      on("moving", "half", sticky({ ...modes, "session-cookie-change-on-failure": "true" })),
      on("staying", "half", sticky(modes)),
      on("plain", "half", {}),
      on("dead", "dead", sticky(modes)),
      on("mute", "mute", sticky({ ...modes, "session-cookie-change-on-failure": "true" })),
      service("half"),
      service("dead"),
      service("mute"),
      ...slices([{ endpoint: good }, { endpoint: refusing }], "half"),
      ...slices([{ endpoint: refusing }], "dead"),
      ...slices(
        [{ endpoint: good }, { endpoint: { name: "silent", address: "127.0.0.1", port: silent.port } }],
        "mute",
      ),
    ]);
  });

  after(async () => {
    await limpet.stop();
    silent.close();
    await good.kill();
  });

  /** A cookie for the endpoint that fails: issued by one that lives, so found by asking what a dead one would get. */
  async function boundTo(host: string, port: number): Promise<string> {
    const snapshot = await limpet.admin(`/api/v1/snapshot`);
    assert.equal(snapshot.status, 200);
    for (let i = 0; i < 200; i++) {
      const url = encodeURIComponent(`http://${host}/`);
      const explained = JSON.parse((await limpet.admin(`/api/v1/explain?url=${url}&seed=${i}`)).body) as {
        endpoint: string;
        setCookie: string;
      };
      if (explained.endpoint === `127.0.0.1:${port}`)
        return explained.setCookie.slice(0, explained.setCookie.indexOf(";"));
    }
    throw new Error(`nothing binds to ${port}`);
  }

  /** The line of the last request to a host; NGINX writes it a moment after the answer. */
  async function lastLineOf(host: string, status: number): Promise<Record<string, unknown>> {
    let line: Record<string, unknown> | undefined;
    await limpet.eventually(`a line of ${host}`, async () => {
      line = (await limpet.accessLines()).findLast((it) => it["host"] === host);
      return line?.["status"] === status;
    });
    return line ?? {};
  }

  it("is passed over by a client without a cookie, whose one cookie names the endpoint that answered", async () => {
    for (let i = 0; i < 20; i++) {
      const reply = await limpet.send({ host: "staying.test" });
      assert.equal(reply.status, 200);
      const next = await limpet.send({ host: "staying.test", cookie: cookieOf(reply) });
      assert.equal(next.endpoint, "good");
      assert.deepEqual(next.setCookies, []);
    }
  });

  it("is passed over where there is no affinity", async () => {
    for (let i = 0; i < 20; i++) assert.equal((await limpet.send({ host: "plain.test" })).status, 200);
  });

  it("keeps its client without change-on-failure: one attempt, 502, no cookie", async () => {
    const cookie = await boundTo("staying.test", refusing.port);
    const reply = await limpet.send({ host: "staying.test", cookie });
    assert.equal(reply.status, 502);
    assert.deepEqual(reply.setCookies, []);
    const line = await lastLineOf("staying.test", 502);
    assert.equal((line["attempts"] as unknown[]).length, 1);
    assert.equal(line["endpoint"], "");
    assert.equal(line["affinity"], "stick");
  });

  it("loses its client with change-on-failure, by one new cookie", async () => {
    const cookie = await boundTo("moving.test", refusing.port);
    const reply = await limpet.send({ host: "moving.test", cookie });
    assert.equal(reply.status, 200);
    assert.notEqual(cookieOf(reply), cookie);
    const line = await lastLineOf("moving.test", 200);
    assert.equal(line["affinity"], "reassign");
    assert.equal(line["reason"], "failed");
    assert.equal((line["attempts"] as unknown[]).length, 2);
    const next = await limpet.send({ host: "moving.test", cookie: cookieOf(reply) });
    assert.deepEqual(next.setCookies, []);
  });

  it("alone gives 502 and no cookie", async () => {
    const reply = await limpet.send({ host: "dead.test" });
    assert.equal(reply.status, 502);
    assert.deepEqual(reply.setCookies, []);
    assert.equal(reply.headers["cache-control"], undefined);
  });

  it("gets a POST repeated elsewhere when nothing was sent, and never when it may have been received", async () => {
    const refusedBefore = await boundTo("moving.test", refusing.port);
    const repeated = await limpet.send({ host: "moving.test", method: "POST", body: "x=1", cookie: refusedBefore });
    assert.equal(repeated.status, 200);
    assert.equal(good.received().at(-1)?.body, "x=1");

    const received = good.received().length;
    const before = silent.connections();
    const cookie = await boundTo("mute.test", silent.port);
    const lost = await limpet.send({ host: "mute.test", method: "POST", body: "x=2", cookie });
    assert.equal(lost.status, 502);
    assert.deepEqual(lost.setCookies, []);
    assert.equal(silent.connections(), before + 1);
    assert.equal(good.received().length, received);
  });
});
