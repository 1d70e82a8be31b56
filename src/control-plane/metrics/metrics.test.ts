import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BUCKETS, type Tally } from "../../snapshot/tally.ts";
import { CarryOver } from "./carry-over.ts";
import { mergeTallies } from "./merge-tallies.ts";
import { tallyMetrics } from "./tally-metrics.ts";

function histogram(bucket: number, count: number, sum: number): Tally["durations"] {
  const counts = new Array<number>(BUCKETS.length + 1).fill(0);
  counts[bucket] = count;
  return [...counts, sum];
}

function tally(ingress: string, count: number): Tally {
  return {
    ingress,
    service: "shop/web:80",
    requests: [[1200, count]],
    durations: histogram(2, count, count * 0.008),
    upstream: histogram(0, 0, 0),
    decisions: { stick: { bound: count } },
    endpoints: { "10.0.0.1:80": count },
  };
}

describe("tallies", () => {
  it("of several processes add up, one sum for each Ingress and Service", () => {
    const [web, other, ...rest] = mergeTallies([tally("shop/web", 2), tally("shop/other", 5), tally("shop/web", 3)]);
    assert.deepEqual(rest, []);
    assert.deepEqual(web?.requests, [[1200, 5]]);
    assert.deepEqual(web?.decisions, { stick: { bound: 5 } });
    assert.equal(web?.durations[2], 5);
    assert.equal(other?.endpoints["10.0.0.1:80"], 5);
  });

  it("of an NGINX that was started again go on from where the one before it was", () => {
    const carryOver = new CarryOver();
    carryOver.totals({ run: "1", tallies: [tally("shop/web", 4)] });
    carryOver.totals({ run: "1", tallies: [tally("shop/web", 7)] });
    const [sum] = carryOver.totals({ run: "2", tallies: [tally("shop/web", 1)] });
    assert.deepEqual(sum?.requests, [[1200, 8]]);
    assert.deepEqual(carryOver.last()[0]?.requests, [[1200, 8]]);
  });

  it("become cumulative buckets, named methods and labels", () => {
    const metrics = new Map(tallyMetrics([tally("shop/web", 4)]).map((metric) => [metric.name, metric.samples()]));
    assert.deepEqual(metrics.get("limpet_requests"), [
      { labels: { namespace: "shop", ingress: "web", service: "web:80", method: "GET", status: "200" }, value: 4 },
    ]);
    const buckets = (metrics.get("limpet_request_duration_seconds") ?? []).filter((it) => "le" in it.labels);
    assert.deepEqual(
      buckets.map((it) => it.value),
      [0, 0, ...new Array<number>(BUCKETS.length - 1).fill(4)],
    );
    assert.deepEqual(metrics.get("limpet_upstream_duration_seconds"), []);
  });
});
