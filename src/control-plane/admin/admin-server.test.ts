import assert from "node:assert/strict";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { ExplainedRequest, Explanation } from "../explain/explanation.ts";
import { AdminServer, type AdminView, type HealthView } from "./admin-server.ts";

interface Reply {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

const EXPLANATION: Explanation = {
  matched: false,
  ingress: null,
  service: null,
  affinity: "refuse",
  reason: "no-route",
  endpoint: null,
  canary: false,
  setCookie: null,
  steps: [],
};

async function* pieces(...texts: readonly string[]): AsyncGenerator<string> {
  yield* texts;
}

describe("AdminServer", () => {
  let server: AdminServer;
  let port: number;
  let ready: HealthView;
  let asked: (readonly [ExplainedRequest, number | undefined])[];
  let bugs: Error[];

  beforeEach(async () => {
    ready = { ok: true, reason: "ready", details: { generation: 4 } };
    asked = [];
    bugs = [];
    const view: AdminView = {
      health: () => ({ ok: true, reason: "alive", details: {} }),
      readiness: () => ready,
      snapshot: () => {
        throw new Error("broken");
      },
      metrics: async () => ({ contentType: "text/plain", body: pieces("limpet_up ", "1\n") }),
      problems: () => [],
      explain: (...question) => {
        asked.push(question);
        return EXPLANATION;
      },
    };
    server = new AdminServer(view, (error) => bugs.push(error));
    port = await server.listen("127.0.0.1", 0);
  });

  afterEach(() => server.close());

  function send(path: string, method = "GET"): Promise<Reply> {
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    const sending = request({ host: "127.0.0.1", port, path, method, agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => {
        body += text;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    sending.on("error", reject).end();
    return promise;
  }

  it("says ready in a word, and all it knows when asked for more", async () => {
    assert.deepEqual([(await send("/readyz")).status, (await send("/readyz")).body], [200, "ready\n"]);
    const { body } = await send("/readyz?verbose");
    assert.deepEqual(JSON.parse(body), { ok: true, reason: "ready", generation: 4 });
  });

  it("answers with the reason while it is not ready", async () => {
    ready = { ok: false, reason: "stopping", details: {} };
    const reply = await send("/readyz");
    assert.deepEqual([reply.status, reply.body], [503, "stopping\n"]);
    assert.equal((await send("/healthz")).status, 200);
  });

  it("marks every answer as not to be stored and not to be guessed at", async () => {
    for (const path of ["/", "/healthz", "/readyz", "/api/v1/problems", "/nothing"]) {
      const { headers } = await send(path);
      assert.equal(headers["cache-control"], "no-store", path);
      assert.equal(headers["x-content-type-options"], "nosniff", path);
      assert.ok(headers["content-type"], path);
    }
  });

  it("answers HEAD as GET, without the body", async () => {
    const get = await send("/api/v1/problems");
    const head = await send("/api/v1/problems", "HEAD");
    assert.deepEqual([head.status, head.body], [200, ""]);
    assert.equal(head.headers["content-length"], String(get.body.length));
  });

  it("refuses every other method", async () => {
    for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
      const reply = await send("/readyz", method);
      assert.deepEqual([reply.status, reply.headers.allow], [405, "GET, HEAD"]);
    }
  });

  it("knows no other paths", async () => {
    assert.equal((await send("/metrics/../x")).status, 404);
    assert.equal((await send("//")).status, 404);
  });

  it("hands a question over with its headers in order", async () => {
    const query = new URLSearchParams([
      ["url", "https://a.test/x?y=1"],
      ["header", "Cookie: a=b:c"],
      ["header", "X-Empty:"],
      ["seed", "12"],
    ]);
    const reply = await send(`/api/v1/explain?${query}`);
    assert.deepEqual(JSON.parse(reply.body), EXPLANATION);
    const headers = [
      ["Cookie", "a=b:c"],
      ["X-Empty", ""],
    ];
    assert.deepEqual(asked, [[{ url: "https://a.test/x?y=1", headers }, 12]]);
  });

  it("says what is wrong with a question", async () => {
    for (const query of ["", "?url=", "?url=x&header=none", "?url=x&header=a%0d%0ab:c", "?url=x&seed=-1"]) {
      const reply = await send(`/api/v1/explain${query}`);
      assert.equal(reply.status, 400, query);
      assert.equal(typeof (JSON.parse(reply.body) as { error: string }).error, "string");
    }
    assert.equal(asked.length, 0);
  });

  it("survives a bug, and reports it", async () => {
    assert.equal((await send("/api/v1/snapshot")).status, 500);
    assert.equal(bugs[0]?.message, "broken");
    assert.equal((await send("/readyz")).status, 200);
  });

  it("says in one sentence that its port is taken", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const taken = (other.address() as AddressInfo).port;
    const second = new AdminServer({} as AdminView, () => {});
    await assert.rejects(second.listen("127.0.0.1", taken), {
      message: `The admin port 127.0.0.1:${taken} is taken: choose another with --admin-port.`,
    });
    await new Promise((resolve) => other.close(resolve));
  });
});
