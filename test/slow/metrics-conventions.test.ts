import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { cookieOf, send } from "../support/client.ts";
import { startEndpoints, type TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, service, slices, sticky } from "../support/manifests.ts";

interface Verdict {
  readonly status: number | null;
  readonly printed: string;
}

/** Runs promtool with something on its stdin. */
async function promtool(args: readonly string[], input = ""): Promise<Verdict> {
  const child = spawn("promtool", args, { stdio: ["pipe", "pipe", "pipe"] });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
    });
  }
  child.stdin.end(input);
  const [status] = (await once(child, "close")) as [number | null];
  return { status, printed };
}

function checkMetrics(exposition: string): Promise<Verdict> {
  return promtool(["check", "metrics"], exposition);
}

/**
 * Whether Prometheus reads OpenMetrics. Its check of metrics knows the older format alone; what fills a database reads
 * this one, and wants a time with each sample.
 */
async function readOpenMetrics(exposition: string): Promise<Verdict> {
  const folder = await mkdtemp(join(tmpdir(), "limpet-openmetrics-"));
  try {
    const file = join(folder, "metrics");
    await writeFile(file, exposition.replaceAll(/^[^#\n].*$/gm, "$& 1700000000"));
    return await promtool(["tsdb", "create-blocks-from", "openmetrics", file, join(folder, "blocks")]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe("promtool", () => {
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
    assert.deepEqual(await checkMetrics(await scrape("text/plain")), { status: 0, printed: "" });
  });

  it("finds what is wrong with metrics that are", async () => {
    const text = await scrape("text/plain");
    const unhelpful = await checkMetrics(text.replaceAll(/^# HELP limpet_requests_total .*\n/gm, ""));
    assert.notEqual(unhelpful.status, 0);
    assert.match(unhelpful.printed, /limpet_requests_total/);
  });

  it("reads the same in OpenMetrics", async () => {
    const { status, printed } = await readOpenMetrics(await scrape("application/openmetrics-text; version=1.0.0"));
    assert.equal(status, 0, printed);
  });

  it("does not read OpenMetrics that breaks off", async () => {
    const text = await scrape("application/openmetrics-text; version=1.0.0");
    const { status, printed } = await readOpenMetrics(text.replace("# EOF\n", ""));
    assert.notEqual(status, 0);
    assert.match(printed, /EOF/);
  });
});
