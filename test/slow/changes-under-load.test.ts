import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { startEndpoints } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, service, slices, sticky } from "../support/manifests.ts";
import { printRow } from "../support/row.ts";
import { openSessions, SessionLoad } from "../support/session-load.ts";

const HOST = "sticky.test";
const CHANGES = 600;
const SECONDS = 60;

describe("six hundred changes of routes and endpoints in a minute", () => {
  it("cost no request, move no session and replace no worker", async () => {
    const endpoints = await startEndpoints(8);
    const limpet = await Limpet.start(
      [
        ingress({ name: "sticky", host: HOST, annotations: sticky({ "affinity-mode": "persistent" }) }),
        service(),
        ...slices(endpoints),
      ],
      { workers: 2 },
    );
    try {
      const sessions = await openSessions(limpet, HOST, 16);
      const bound = new Set(sessions.map((session) => session.endpoint));
      const workers = await limpet.workers();
      const load = new SessionLoad(limpet.httpPort, HOST, sessions);
      const start = Date.now();
      for (let i = 0; i < CHANGES; i++) {
        // Endpoints of the other Service come and go; those that sessions are bound to stay.
        const others = endpoints.filter((_, k) => (i >> (k % 4)) & 1);
        await limpet.write(
          [
            ingress({ name: "churn", host: `churn-${i % 50}.test`, paths: [{ service: "other" }] }),
            service("other"),
            ...slices(others, "other"),
          ],
          "churn.json",
        );
        const due = start + ((i + 1) * SECONDS * 1000) / CHANGES;
        await pause(Math.max(0, due - Date.now()));
      }
      await load.stop();
      printRow({ row: "1", lost: load.failed.length, moved: load.moved, duplicated: 0, p99: load.p99() });
      console.log(`${load.requests} requests, ${bound.size} endpoints in use, generation ${await limpet.generation()}`);
      assert.deepEqual(load.failed, []);
      assert.equal(load.moved, 0);
      assert.deepEqual(await limpet.workers(), workers);
      assert.ok((await limpet.generation()) > CHANGES / 2, "the changes were published");
    } finally {
      await limpet.stop();
      await Promise.all(endpoints.map((endpoint) => endpoint.kill()));
    }
  });
});
