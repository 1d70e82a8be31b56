import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Cluster, startCluster } from "../support/cluster/cluster.ts";
import { ingress, type Manifest, service } from "../support/manifests.ts";

const BROKEN = 1000;
/** What all replicas together may send: docs/reference/status-and-events.md. */
const AT_ONCE = 50;
const PER_SECOND = 10;

describe("a thousand Ingresses with a mistake each", () => {
  let cluster: Cluster;
  before(async () => {
    cluster = await startCluster({ flags: ["--publish-status-address", "192.0.2.1"] });
    await cluster.limpet.eventually("its election", async () => {
      return (await cluster.limpet.admin("/metrics")).body.includes("\nlimpet_leader 1\n");
    });
  });
  after(() => cluster?.stop());

  function broken(i: number): Manifest {
    return ingress({ name: `broken-${i}`, host: `broken-${i}.test`, annotations: { "session-cookie-max-age": "1h" } });
  }

  async function events(): Promise<number> {
    const requests = await cluster.api.requests();
    return requests.filter(({ resource }) => resource === "events").length;
  }

  it("do not flood the API server with events", async () => {
    const { admin, limpet } = cluster;
    const start = performance.now();
    await admin.apply([service(), ...Array.from({ length: BROKEN }, (_, i) => broken(i))]);
    await limpet.eventually(
      "the Problems",
      async () => JSON.parse((await limpet.admin("/api/v1/problems")).body).problems.length >= BROKEN,
      60,
    );
    // More than what may go at once: the rest waits its turn.
    await limpet.eventually("events", async () => (await events()) > AT_ONCE, 60);
    const sent = await events();
    const most = AT_ONCE + (PER_SECOND * (performance.now() - start)) / 1000;
    console.log(`${sent} events of at most ${Math.floor(most)} for ${BROKEN} broken Ingresses so far`);
    assert.ok(sent <= most, `${sent} events`);
    const warned = await admin.run("get", "events", "--field-selector=type=Warning", "--output=name");
    assert.ok(warned.split("\n").length > 1, "some are told already");
  });
});
