import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { cookieOf, send } from "../support/client.ts";
import { startEndpoints, type TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, service, slices, sticky } from "../support/manifests.ts";

/** A sample's value, by the start of its line: name and labels as the exposition orders them. */
function sampleOf(text: string, start: string): number {
  const line = text.split("\n").find((it) => it.startsWith(start));
  return line === undefined ? 0 : Number(line.slice(line.lastIndexOf(" ") + 1));
}

describe("/metrics", () => {
  let limpet: Limpet;
  let endpoints: TestEndpoint[];

  before(async () => {
    endpoints = await startEndpoints(2);
    limpet = await Limpet.start(
      [ingress({ name: "web", host: "web.test", annotations: sticky() }), service(), ...slices(endpoints)],
      { workers: 2 },
    );
  });

  after(async () => {
    await limpet.stop();
    await Promise.all(endpoints.map((endpoint) => endpoint.kill()));
  });

  async function scrape(accept = "text/plain"): Promise<string> {
    const reply = await send(limpet.adminPort, { path: "/metrics", headers: { accept } });
    assert.equal(reply.status, 200);
    return reply.body;
  }

  const requests =
    'limpet_requests_total{namespace="default",ingress="web",service="web:80",method="GET",status="200"}';

  it("counts requests, decisions and endpoints, and how long they took", async () => {
    const first = await limpet.send({ host: "web.test" });
    for (let i = 0; i < 9; i++) await limpet.send({ host: "web.test", cookie: cookieOf(first) });
    await limpet.send({ host: "unknown.test" });
    await limpet.eventually("the counts", async () => sampleOf(await scrape(), requests) === 10);
    const text = await scrape();
    const labels = 'namespace="default",ingress="web",service="web:80"';
    assert.equal(sampleOf(text, `limpet_affinity_decisions_total{${labels},outcome="stick",reason="bound"}`), 9);
    assert.equal(sampleOf(text, `limpet_affinity_decisions_total{${labels},outcome="assign",reason="new"}`), 1);
    assert.equal(sampleOf(text, `limpet_request_duration_seconds_count{${labels}}`), 10);
    assert.equal(sampleOf(text, `limpet_upstream_duration_seconds_count{${labels}}`), 10);
    const name = endpoints.find((endpoint) => endpoint.name === first.endpoint) as TestEndpoint;
    assert.equal(sampleOf(text, `limpet_endpoint_requests_total{${labels},endpoint="127.0.0.1:${name.port}"}`), 10);
    assert.match(
      text,
      /limpet_affinity_decisions_total\{namespace="",ingress="",service="",outcome="refuse",reason="no-route"\} 1/,
    );
    assert.match(text, /limpet_endpoints\{namespace="default",service="web:80",state="ready"\} 2/);
    assert.match(text, /limpet_build_info\{version="[^"]+"\} 1/);
    assert.match(text, /limpet_nginx_connections\{state="active"\} \d/);
    assert.match(text, /limpet_source_connected\{kind="manifests"\} 1/);
    assert.match(text, /limpet_config_propagation_seconds_count 1/);
  });

  it("speaks OpenMetrics when asked to", async () => {
    const text = await scrape("application/openmetrics-text; version=1.0.0");
    assert.match(text, /# TYPE limpet_requests counter/);
    assert.match(text, /\n# EOF\n$/);
    assert.equal(sampleOf(text, requests), 10);
  });

  it("tells nothing of endpoints and Ingresses that are gone", async () => {
    const [left, gone] = endpoints as [TestEndpoint, TestEndpoint];
    for (let i = 0; i < 8; i++) await limpet.send({ host: "web.test" });
    await limpet.eventually("both endpoints", async () => {
      const text = await scrape();
      return endpoints.every((endpoint) => text.includes(`endpoint="127.0.0.1:${endpoint.port}"`));
    });
    await limpet.apply([
      ingress({ name: "web", host: "web.test", annotations: sticky() }),
      service(),
      ...slices([left]),
    ]);
    assert.ok(!(await scrape()).includes(`endpoint="127.0.0.1:${gone.port}"`));
    assert.ok((await scrape()).includes(`endpoint="127.0.0.1:${left.port}"`));
  });

  it("never goes back, not when a worker dies and not when NGINX does", async () => {
    const before = sampleOf(await scrape(), requests);
    for (const worker of await limpet.workers()) process.kill(worker, "SIGKILL");
    await limpet.send({ host: "web.test" });
    await limpet.eventually("one more", async () => sampleOf(await scrape(), requests) === before + 1);
    const master = Number(await readFile(join(limpet.state, "run", "nginx.pid"), "utf8"));
    process.kill(master, "SIGKILL");
    await limpet.eventually("another NGINX", async () => {
      const now = Number(await readFile(join(limpet.state, "run", "nginx.pid"), "utf8"));
      return now !== master && (await limpet.send({ host: "web.test" })).status === 200;
    });
    await limpet.eventually("two more", async () => sampleOf(await scrape(), requests) >= before + 2);
  });
});
