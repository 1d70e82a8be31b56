import assert from "node:assert/strict";
import http from "node:http";
import { describe, it } from "node:test";
import { startEndpoints, type TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, type Manifest, service, slices, sticky } from "../support/manifests.ts";
import { printRow } from "../support/row.ts";
import { openSessions, type Session } from "../support/session-load.ts";

const SESSIONS = 1000;

function objects(endpoints: readonly TestEndpoint[]): Manifest[] {
  return [
    ingress({ name: "persistent", host: "persistent.test", annotations: sticky({ "affinity-mode": "persistent" }) }),
    ingress({ name: "balanced", host: "balanced.test", annotations: sticky() }),
    service(),
    ...slices(endpoints),
  ];
}

interface Outcome {
  readonly failed: number;
  readonly moved: readonly Session[];
}

/** Sends every session's next request, and tells which came elsewhere. */
async function revisit(limpet: Limpet, host: string, sessions: readonly Session[]): Promise<Outcome> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
  const moved: Session[] = [];
  let failed = 0;
  const queue = [...sessions];
  const work = async () => {
    for (let session = queue.pop(); session !== undefined; session = queue.pop()) {
      const reply = await limpet.send({ host, cookie: session.cookie, agent });
      if (reply.status !== 200) failed++;
      else if (reply.endpoint !== session.endpoint) moved.push(session);
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  agent.destroy();
  return { failed, moved };
}

describe("a thousand sessions over sockets", () => {
  it("stay when the Backend doubles (persistent), move by half (balanced), and leave only with their endpoint", async () => {
    const endpoints = await startEndpoints(12);
    const three = endpoints.slice(0, 3);
    const six = endpoints.slice(0, 6);
    const limpet = await Limpet.start(objects(three), { workers: 2 });
    try {
      const persistent = await openSessions(limpet, "persistent.test", SESSIONS);
      const balanced = await openSessions(limpet, "balanced.test", SESSIONS);
      await limpet.apply(objects(six));

      const kept = await revisit(limpet, "persistent.test", persistent);
      printRow({ row: "8 (3 to 6, over sockets)", lost: kept.failed, moved: kept.moved.length, duplicated: 0, p99: 0 });
      assert.equal(kept.failed, 0);
      assert.equal(kept.moved.length, 0);

      const spread = await revisit(limpet, "balanced.test", balanced);
      printRow({ row: "9 (over sockets)", lost: spread.failed, moved: spread.moved.length, duplicated: 0, p99: 0 });
      assert.equal(spread.failed, 0);
      // Six rings of 160 points each: the newcomers' share is a half, give or take the unevenness of arcs.
      assert.ok(Math.abs(spread.moved.length / SESSIONS - 0.5) < 0.12, `${spread.moved.length} moved`);

      await limpet.apply(objects(endpoints));
      for (const host of ["persistent.test", "balanced.test"]) {
        const sessions = await openSessions(limpet, host, SESSIONS);
        const gone = new Set(endpoints.slice(0, 2).map((endpoint) => endpoint.name));
        await limpet.apply(objects(endpoints.slice(2)));
        const after = await revisit(limpet, host, sessions);
        printRow({
          row: `10 (${host}, over sockets)`,
          lost: after.failed,
          moved: after.moved.length,
          duplicated: 0,
          p99: 0,
        });
        assert.equal(after.failed, 0);
        assert.deepEqual(new Set(after.moved.map((session) => session.endpoint)), gone);
        assert.equal(after.moved.length, sessions.filter((session) => gone.has(session.endpoint)).length);
        await limpet.apply(objects(endpoints));
      }
    } finally {
      await limpet.stop();
      await Promise.all(endpoints.map((endpoint) => endpoint.kill()));
    }
  });
});
