import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import net from "node:net";
import { after, before, describe, it } from "node:test";
import { cookieOf } from "../support/client.ts";
import { startEndpoints, type TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, service, slices, sticky } from "../support/manifests.ts";

describe("the access log", () => {
  let limpet: Limpet;
  let endpoints: TestEndpoint[];

  before(async () => {
    endpoints = await startEndpoints(2);
    limpet = await Limpet.start([
      ingress({ name: "sticky", host: "sticky.test", annotations: sticky() }),
      ingress({ name: "plain", host: "plain.test" }),
      ingress({ name: "unlogged", host: "unlogged.test", annotations: { "enable-access-log": "false" } }),
      ingress({ name: "empty", host: "empty.test", paths: [{ service: "nobody" }] }),
      service(),
      ...slices(endpoints),
    ]);
  });

  after(async () => {
    await limpet.stop();
    await Promise.all(endpoints.map((endpoint) => endpoint.kill()));
  });

  /** The line of the request with this id; NGINX writes it when the request is over, a moment after the reply. */
  async function lineOf(id: string): Promise<Record<string, unknown>> {
    let line: Record<string, unknown> | undefined;
    await limpet.eventually(`the line of ${id}`, async () => {
      line = (await limpet.accessLines()).find((it) => it["request_id"] === id);
      return line !== undefined;
    });
    return line as Record<string, unknown>;
  }

  it("says who asked for what, who answered, and why it was that endpoint", async () => {
    const reply = await limpet.send({ host: "sticky.test", path: "/a%20b?q=1", headers: { "x-request-id": "first" } });
    const line = await lineOf("first");
    const endpoint = endpoints.find((it) => it.name === reply.endpoint) as TestEndpoint;
    assert.match(String(line["time"]), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.ok(Math.abs(Date.parse(String(line["time"])) - Date.now()) < 60_000);
    assert.deepEqual(
      { ...line, time: 0, bytes: 0, duration: 0, attempts: 0 },
      {
        time: 0,
        request_id: "first",
        remote_addr: "127.0.0.1",
        method: "GET",
        host: "sticky.test",
        path: "/a b",
        protocol: "HTTP/1.1",
        status: 200,
        bytes: 0,
        duration: 0,
        ingress: "default/sticky",
        service: "default/web:80",
        endpoint: `127.0.0.1:${endpoint.port}`,
        attempts: 0,
        affinity: "assign",
        reason: "new",
        canary: false,
      },
    );
    const attempts = line["attempts"] as { endpoint: string; status: number; seconds: number }[];
    assert.equal(attempts.length, 1);
    assert.equal(attempts[0]?.endpoint, `127.0.0.1:${endpoint.port}`);
    assert.equal(attempts[0]?.status, 200);
    assert.equal(typeof attempts[0]?.seconds, "number");
    assert.equal(typeof line["duration"], "number");

    await limpet.send({ host: "sticky.test", cookie: cookieOf(reply), headers: { "x-request-id": "second" } });
    const second = await lineOf("second");
    assert.equal(second["affinity"], "stick");
    assert.equal(second["reason"], "bound");
  });

  it("says none, refuse and why for the others", async () => {
    await limpet.send({ host: "plain.test", headers: { "x-request-id": "plain" } });
    await limpet.send({ host: "empty.test", headers: { "x-request-id": "empty" } });
    await limpet.send({ host: "unknown.test", headers: { "x-request-id": "unknown" } });
    const plain = await lineOf("plain");
    assert.deepEqual([plain["affinity"], plain["reason"]], ["none", "off"]);
    const empty = await lineOf("empty");
    assert.deepEqual(
      [empty["affinity"], empty["reason"], empty["ingress"], empty["status"]],
      ["refuse", "no-endpoint", "default/empty", 503],
    );
    const unknown = await lineOf("unknown");
    assert.deepEqual(
      [unknown["affinity"], unknown["reason"], unknown["ingress"], unknown["status"]],
      ["refuse", "no-route", "", 404],
    );
    assert.deepEqual(unknown["attempts"], []);
  });

  it("holds nothing of a Route that wants none, not even an empty line", async () => {
    await limpet.send({ host: "unlogged.test", headers: { "x-request-id": "unlogged" } });
    await limpet.send({ host: "plain.test", headers: { "x-request-id": "logged" } });
    await lineOf("logged");
    const lines = (await readFile(limpet.accessLog, "utf8")).split("\n").slice(0, -1);
    assert.ok(!lines.some((line) => line === "" || line.includes("unlogged")));
  });

  it("is JSON whatever bytes a client sends", async () => {
    const id = 'q"\\\x01\xff\xc3\xa9';
    await new Promise<void>((resolve, reject) => {
      const socket = net.connect(limpet.httpPort, "127.0.0.1");
      socket.on("error", reject);
      socket.on("close", () => resolve());
      socket.on("data", () => socket.end());
      const request = `GET /%22%5C%00x%FF%0A HTTP/1.1\r\nHost: plain.test\r\nX-Request-ID: ${id.replace("\x01", "")}\r\n\r\n`;
      socket.write(Buffer.from(request, "latin1"));
    });
    await limpet.eventually("the line", async () =>
      (await limpet.accessLines()).some(
        (line) => String(line["request_id"]).startsWith('q"\\') || line["status"] === 400,
      ),
    );
  });
});
