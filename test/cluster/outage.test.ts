import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Cluster, startCluster } from "../support/cluster/cluster.ts";
import { podSlice, startPods } from "../support/cluster/pods.ts";
import type { TestEndpoint } from "../support/endpoints.ts";
import { ingress, service, sticky } from "../support/manifests.ts";
import { openSessions, type Session, SessionLoad } from "../support/session-load.ts";

const HOST = "sticky.test";

describe("while the API server is away", () => {
  let cluster: Cluster;
  let pods: TestEndpoint[];
  let sessions: Session[];

  before(async () => {
    cluster = await startCluster();
    pods = await startPods(2);
    const it = ingress({ host: HOST, annotations: sticky({ "affinity-mode": "persistent" }) });
    await cluster.admin.apply([it, service(), podSlice(pods)]);
    await cluster.limpet.untilAnswered(HOST, 200);
    sessions = await openSessions(cluster.limpet, HOST, 8);
  });
  after(async () => {
    await cluster?.stop();
    for (const pod of pods) await pod.kill();
  });

  async function assertEverybodyStayed(): Promise<void> {
    for (const { cookie, endpoint } of sessions) {
      const reply = await cluster.limpet.send({ host: HOST, cookie });
      assert.deepEqual([reply.status, reply.endpoint], [200, endpoint]);
    }
  }

  it("requests are served as before, and changes come through once it is back", async () => {
    const { admin, api, limpet } = cluster;
    const load = new SessionLoad(limpet.httpPort, HOST, sessions);
    await api.halt();
    await assertEverybodyStayed();
    await api.resume();
    await admin.apply([ingress({ name: "new", host: "new.test" })]);
    await cluster.limpet.untilAnswered("new.test", 200);
    await load.stop();
    assert.deepEqual(load.failed, []);
    assert.equal(load.moved, 0);
  });

  it("a controller that starts serves what was there last, and catches up", async () => {
    const { admin, api, limpet } = cluster;
    await api.halt();
    await limpet.signal("SIGTERM");
    await limpet.run();
    await assertEverybodyStayed();
    await api.resume();
    await admin.apply([ingress({ name: "newer", host: "newer.test" })]);
    await cluster.limpet.untilAnswered("newer.test", 200);
    await assertEverybodyStayed();
  });

  it("what was deleted while the controller was away is not served again", async () => {
    const { admin, limpet } = cluster;
    await admin.apply([ingress({ name: "doomed", host: "doomed.test" })]);
    await cluster.limpet.untilAnswered("doomed.test", 200);
    await limpet.signal("SIGTERM");
    await admin.delete("ingress", "doomed");
    await limpet.run();
    await cluster.limpet.untilAnswered("doomed.test", 404);
    await assertEverybodyStayed();
  });
});
