import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RetryPolicy } from "../snapshot/route-policies.ts";
import { mayRetry, mostAttempts } from "./retry.ts";

const NOTHING: RetryPolicy = { attempts: 3, seconds: 0, onError: false, onTimeout: false, onStatus: [] };

const ERROR = { status: 502, answered: false };
const TIMEOUT = { status: 504, answered: false };
const BUSY = { status: 503, answered: true };
const GATEWAY_TIMEOUT = { status: 504, answered: true };

describe("attempts", () => {
  it("are three in all, or as many as the Route says, or one for each Endpoint", () => {
    assert.equal(mostAttempts(undefined, 7), 3);
    assert.equal(mostAttempts({ ...NOTHING, attempts: 5 }, 7), 5);
    assert.equal(mostAttempts({ ...NOTHING, attempts: 0 }, 7), 7);
  });

  it("are made again only after what the Route names", () => {
    const outcomes = (policy: Partial<RetryPolicy>) =>
      [ERROR, TIMEOUT, BUSY, GATEWAY_TIMEOUT].map((failure) => mayRetry({ ...NOTHING, ...policy }, failure, 0));
    assert.deepEqual(outcomes({}), [false, false, false, false]);
    assert.deepEqual(outcomes({ onError: true }), [true, false, false, false]);
    assert.deepEqual(outcomes({ onTimeout: true }), [false, true, false, false]);
    assert.deepEqual(outcomes({ onStatus: [503] }), [false, false, true, false]);
    assert.deepEqual(outcomes({ onStatus: [504] }), [false, false, false, true]);
  });

  it("are not made again once their time is over", () => {
    const policy = { ...NOTHING, onError: true, seconds: 2 };
    assert.equal(mayRetry(policy, ERROR, 1.9), true);
    assert.equal(mayRetry(policy, ERROR, 2), false);
    assert.equal(mayRetry({ ...policy, seconds: 0 }, ERROR, 1e6), true);
  });
});
