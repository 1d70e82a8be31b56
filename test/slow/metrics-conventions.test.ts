import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { after, before, describe, it } from "node:test";
import { cookieOf, send } from "../support/client.ts";
import { startEndpoints, type TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, service, slices, sticky } from "../support/manifests.ts";

interface Verdict {
  readonly status: number | null;
  readonly printed: string;
}

/** What Prometheus's own check says of an exposition. */
async function promtool(exposition: string): Promise<Verdict> {
  const child = spawn("promtool", ["check", "metrics"], { stdio: ["pipe", "pipe", "pipe"] });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
    });
  }
  child.stdin.end(exposition);
  const [status] = (await once(child, "close")) as [number | null];
  return { status, printed };
}

describe("promtool check metrics", () => {
  let limpet: Limpet;
  let endpoints: TestEndpoint[];

  before(async () => {
    endpoints = await startEndpoints(2);
    const route = ingress({ name: "web", host: "web.test", annotations: sticky() });
    limpet = await Limpet.start([route, service(), ...slices(endpoints)], { workers: 2 });
    const first = await limpet.send({ host: "web.test" });
    await limpet.send({ host: "web.test", cookie: cookieOf(first) });
    await limpet.send({ host: "unknown.test" });
    await limpet.eventually("the counts", async () => /outcome="stick",reason="bound"\} 1/.test(await scrape("")));
  });

  after(async () => {
    await limpet.stop();
    await Promise.all(endpoints.map((endpoint) => endpoint.kill()));
  });

  async function scrape(accept: string): Promise<string> {
    const reply = await send(limpet.adminPort, { path: "/metrics", headers: { accept } });
    assert.equal(reply.status, 200);
    return reply.body;
  }

  it("finds nothing in what a running Limpet says", async () => {
    assert.deepEqual(await promtool(await scrape("text/plain")), { status: 0, printed: "" });
  });

  it("finds what is wrong with metrics that are", async () => {
    const text = await scrape("text/plain");
    const unhelpful = await promtool(text.replaceAll(/^# HELP limpet_requests_total .*\n/gm, ""));
    assert.notEqual(unhelpful.status, 0);
    assert.match(unhelpful.printed, /limpet_requests_total/);
  });
});
