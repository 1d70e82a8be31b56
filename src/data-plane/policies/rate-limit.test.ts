import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { RateLimit } from "../../snapshot/route-policies.ts";
import { type Buckets, drain, fill } from "./rate-limit.ts";

interface TestBuckets extends Buckets {
  /** Runs once, between a look at a number and what is made of it: another worker. */
  meanwhile: (() => void) | undefined;
}

/** The numbers of a shared dict. */
function newBuckets(): TestBuckets {
  const numbers = new Map<string, number>();
  const dict = {
    meanwhile: undefined as (() => void) | undefined,
    get(key: string) {
      const found = numbers.get(key);
      const { meanwhile } = dict;
      dict.meanwhile = undefined;
      meanwhile?.();
      return found;
    },
    set(key: string, value: number) {
      numbers.set(key, value);
    },
    incr(key: string, by: number) {
      const before = numbers.get(key);
      if (before === undefined) return undefined;
      numbers.set(key, before + by);
      return before + by;
    },
  };
  return dict;
}

/** As NGINX's limit_req counts (ngx_http_limit_req_lookup), in requests instead of thousandths. */
function likeNginx({ interval, burst }: RateLimit): (now: number) => boolean {
  let excess = -1;
  let last = 0;
  return (now) => {
    const next = excess < 0 ? 0 : Math.max(0, excess - (now - last) / interval + 1);
    if (next > burst + 0.001) return false;
    excess = next;
    last = now;
    return true;
  };
}

describe("a bucket", () => {
  const LIMIT: RateLimit = { interval: 100, burst: 2 };

  it("takes a burst and then one request an interval", () => {
    const dict = newBuckets();
    const taken = [0, 0, 0, 0, 99, 100, 100, 200].map((now) => fill(dict, "a", LIMIT, now));
    assert.deepEqual(taken, [true, true, true, false, false, true, false, true]);
    assert.ok(fill(dict, "b", LIMIT, 0));
  });

  it("counts as NGINX does, whatever the rate", () => {
    const limit = fc.record({ interval: fc.constantFrom(60_000 / 7, 1000 / 3, 100, 1), burst: fc.nat(10) });
    fc.assert(
      fc.property(limit, fc.array(fc.nat(500), { maxLength: 60 }), (it, pauses) => {
        const dict = newBuckets();
        const expected = likeNginx(it);
        let now = 0;
        for (const pause of pauses) {
          now += pause;
          assert.equal(fill(dict, "a", it, now), expected(now), `at ${now}`);
        }
      }),
    );
  });

  it("takes no more when another worker fills it at the same moment", () => {
    const dict = newBuckets();
    fill(dict, "a", LIMIT, 0);
    fill(dict, "a", LIMIT, 0);
    dict.meanwhile = () => assert.ok(fill(dict, "a", LIMIT, 0));
    assert.ok(!fill(dict, "a", LIMIT, 0));
    assert.ok(fill(dict, "a", LIMIT, 100), "the one that was refused is not counted");
    assert.ok(!fill(dict, "a", LIMIT, 100));
  });

  it("gives back what is taken out of it", () => {
    const dict = newBuckets();
    for (let i = 0; i < 3; i++) fill(dict, "a", LIMIT, 0);
    drain(dict, "a", LIMIT);
    assert.ok(fill(dict, "a", LIMIT, 0));
    assert.ok(!fill(dict, "a", LIMIT, 0));
  });

  it("makes nobody wait for a limit that was raised since", () => {
    const dict = newBuckets();
    const slow: RateLimit = { interval: 60_000, burst: 100 };
    for (let i = 0; i < 101; i++) fill(dict, "a", slow, 0);
    assert.ok(!fill(dict, "a", LIMIT, 0));
    assert.ok(fill(dict, "a", LIMIT, 101));
  });
});
