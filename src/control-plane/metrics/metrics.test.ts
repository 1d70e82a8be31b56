import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Registry } from "prom-client";
import { BUCKETS, type Tally } from "../../snapshot/tally.ts";
import { CarryOver } from "./carry-over.ts";
import { expose, negotiate } from "./expose.ts";
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

async function textOf(tallies: readonly Tally[], accept?: string): Promise<string> {
  const { body } = expose(
    negotiate(accept),
    new Registry(),
    tallyMetrics(() => tallies),
  );
  let text = "";
  for await (const piece of body) text += piece;
  return text;
}

describe("tallies", () => {
  it("of several processes add up, one sum for each Ingress and Service", async () => {
    const [web, other, ...rest] = await mergeTallies([
      tally("shop/web", 2),
      tally("shop/other", 5),
      tally("shop/web", 3),
    ]);
    assert.deepEqual(rest, []);
    assert.deepEqual(web?.requests, [[1200, 5]]);
    assert.deepEqual(web?.decisions, { stick: { bound: 5 } });
    assert.equal(web?.durations[2], 5);
    assert.equal(other?.endpoints["10.0.0.1:80"], 5);
  });

  it("of an NGINX that was started again go on from where the one before it was", async () => {
    const carryOver = new CarryOver();
    await carryOver.totals({ run: "1", tallies: [tally("shop/web", 4)] });
    await carryOver.totals({ run: "1", tallies: [tally("shop/web", 7)] });
    const [sum] = await carryOver.totals({ run: "2", tallies: [tally("shop/web", 1)] });
    assert.deepEqual(sum?.requests, [[1200, 8]]);
    assert.deepEqual((await carryOver.last())[0]?.requests, [[1200, 8]]);
  });

  it("become cumulative buckets, named methods and labels", async () => {
    const text = await textOf([tally("shop/web", 4)]);
    const labels = 'namespace="shop",ingress="web",service="web:80"';
    assert.ok(text.includes(`limpet_requests_total{${labels},method="GET",status="200"} 4\n`));
    const buckets = [...text.matchAll(/^limpet_request_duration_seconds_bucket\{.*,le="([^"]+)"\} (\d+)$/gm)];
    assert.deepEqual(
      buckets.map(([, bound, count]) => [bound, Number(count)]),
      [...BUCKETS.map(String), "+Inf"].map((bound, i) => [bound, i < 2 ? 0 : 4]),
    );
    assert.ok(text.includes(`limpet_request_duration_seconds_sum{${labels}} 0.032\n`));
    assert.ok(!text.includes("limpet_upstream_duration_seconds_bucket"));
  });

  it("escape what stands between quotes", async () => {
    const text = await textOf([{ ...tally("shop/web", 1), service: 'shop/a"b\\c\nd' }]);
    assert.match(text, /service="a\\"b\\\\c\\nd",method/);
  });

  it("name counters as each format wants them", async () => {
    assert.match(await textOf([tally("shop/web", 1)]), /^# TYPE limpet_requests_total counter$/m);
    const open = await textOf([tally("shop/web", 1)], "application/openmetrics-text");
    assert.match(open, /^# TYPE limpet_requests counter$/m);
    assert.match(open, /^limpet_requests_total\{/m);
    assert.match(open, /\n# EOF\n$/);
  });

  it("come in pieces, between which other work gets its turn", async () => {
    const many = Array.from({ length: 2000 }, (_, i) => tally(`shop/web-${i}`, 1));
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    const { body } = expose(
      negotiate(undefined),
      new Registry(),
      tallyMetrics(() => many),
    );
    let pieces = 0;
    for await (const piece of body) if (piece !== "") pieces++;
    clearInterval(timer);
    assert.ok(pieces > 20 && turns > 5, `${pieces} pieces, ${turns} turns`);
  });
});
