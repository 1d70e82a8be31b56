import assert from "node:assert/strict";
import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { withTls } from "../support/certificates.ts";
import { cookieOf, type RequestOptions } from "../support/client.ts";
import { DataPlane, hammer, translate } from "../support/data-plane.ts";
import { startEndpoints, type TestEndpoint } from "../support/endpoints.ts";
import { freePort } from "../support/free-port.ts";
import { ingress, service, slices, sticky } from "../support/manifests.ts";
import { hammerTls, sendTls } from "../support/tls-client.ts";

const ENOUGH = 3000;

/** What a request runs through; the flush of the counters, on a timer, is not among it. */
const HOT_FILES =
  "rewrite|balance|log|access-log|access-line|log-time|plain-text|nginx-values|decide|ring|slot|pin|random-open|round-robin|cookie-header|set-cookie|match-path|request|store|count|tally";
const ABORT_ON_HOT_PATH = new RegExp(`TRACE --- (${HOT_FILES})\\.lua`);

/** Where LuaJIT's own Lua files are: jit/v.lua among them. */
async function findJitFolder(): Promise<string> {
  for (const pattern of ["/usr/share/luajit-2*/jit/v.lua", "/usr/local/openresty/luajit/share/luajit-2*/jit/v.lua"]) {
    for await (const file of glob(pattern)) return file.slice(0, -"/jit/v.lua".length);
  }
  throw new Error("LuaJIT's jit/v.lua is missing");
}

/** Has LuaJIT write what it compiles, and why not, to a file of the data plane's folder. */
function verbose(config: string, jit: string, before: string): { config: string; log: string } {
  const log = join(/pid "(.*)\/nginx\.pid"/.exec(config)?.[1] ?? "", "jit.log");
  const start = `${before} package.path = "${jit}/?.lua;" .. package.path require("jit.v").on("${log}")`;
  return { config: config.replace("limpet.startWorker()", `limpet.startWorker() ${start}`), log };
}

/** Phases by the file that a finished root trace starts in. */
function compiled(traces: string, file: string): boolean {
  return new RegExp(`\\[TRACE\\s+\\d+ ${file}\\.lua:\\d+ return\\]`).test(traces);
}

describe("LuaJIT compiles the hot path", () => {
  let dataPlane: DataPlane;
  let endpoints: TestEndpoint[];
  let log: string;
  let httpsPort: number;

  before(async () => {
    endpoints = await startEndpoints(4);
    const jit = await findJitFolder();
    httpsPort = await freePort();
    dataPlane = await DataPlane.start({
      nginx: { httpsPort, accessLog: "/dev/null" },
      edit: (text) => {
        const edited = verbose(text, jit, "");
        log = edited.log;
        return edited.config;
      },
    });
    await dataPlane.push(
      translate([
        ingress({ name: "balanced", host: "balanced.test", annotations: sticky() }),
        ingress({
          name: "persistent",
          host: "persistent.test",
          annotations: sticky({ "affinity-mode": "persistent" }),
        }),
        ingress({ name: "plain", host: "plain.test" }),
        withTls(ingress({ name: "tls", host: "tls.test", annotations: sticky() }), { hosts: ["tls.test"] }),
        service(),
        ...slices(endpoints),
      ]),
    );
  });

  after(async () => {
    await dataPlane.stop();
    await Promise.all(endpoints.map((endpoint) => endpoint.kill()));
  });

  /** What LuaJIT says until the code had its chance to get hot, and after that. */
  async function tracesOf(ask: () => Promise<void>): Promise<{ warm: string; later: string }> {
    await ask();
    const warm = await readFile(log, "latin1");
    let before = warm.length;
    let later = "";
    // LuaJIT tries a trace again at random intervals: the code is settled once a whole round brings no abort.
    for (let round = 0; round < 12; round++) {
      await ask();
      const all = await readFile(log, "latin1");
      later = all.slice(before);
      before = all.length;
      if (!ABORT_ON_HOT_PATH.test(later)) break;
    }
    return { warm: (await readFile(log, "latin1")).slice(0, before), later };
  }

  it("for a bound client, in both modes, for a new one, and for one without affinity", async () => {
    let all = "";
    const clients: RequestOptions[] = [{ host: "plain.test" }];
    for (const host of ["persistent.test", "balanced.test"]) {
      clients.push({ host }, { host, cookie: cookieOf(await dataPlane.send({ host })) });
    }
    for (const client of clients) {
      const { warm, later } = await tracesOf(() => hammer(dataPlane.port, ENOUGH, client));
      all += warm + later;
      assert.doesNotMatch(later, ABORT_ON_HOT_PATH, JSON.stringify(client));
    }
    for (const phase of ["rewrite", "balance", "log"])
      assert.ok(compiled(all, phase), `${phase} is not compiled:\n${all}`);
  });

  it("for a bound client over TLS, where plain requests are redirected", async () => {
    const host = "tls.test";
    assert.equal((await dataPlane.send({ host })).status, 308);
    const cookie = cookieOf(await sendTls(httpsPort, { host }));
    const before = (await readFile(log, "latin1")).length;
    const { later } = await tracesOf(() => hammerTls(httpsPort, ENOUGH, { host, headers: { cookie } }));
    assert.doesNotMatch(later, ABORT_ON_HOT_PATH);
    const own = (await readFile(log, "latin1")).slice(before);
    assert.ok(compiled(own, "rewrite"), own);
  });
});

describe("with the compiler switched off", () => {
  it("no phase counts as compiled", async () => {
    const endpoints = await startEndpoints(1);
    const jit = await findJitFolder();
    let log = "";
    const dataPlane = await DataPlane.start({
      edit: (text) => {
        const edited = verbose(text, jit, "jit.off()");
        log = edited.log;
        return edited.config;
      },
    });
    try {
      await dataPlane.push(
        translate([ingress({ name: "plain", host: "plain.test" }), service(), ...slices(endpoints)]),
      );
      await hammer(dataPlane.port, ENOUGH, { host: "plain.test" });
      const traces = await readFile(log, "latin1");
      for (const phase of ["rewrite", "balance", "log"]) assert.ok(!compiled(traces, phase));
    } finally {
      await dataPlane.stop();
      await Promise.all(endpoints.map((endpoint) => endpoint.kill()));
    }
  });
});
