import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  BUFFER_SIZES,
  MEGABYTE,
  PLAIN_PROFILE,
  PROFILES,
  profileName,
  RETRY_CONDITIONS,
} from "../../../snapshot/profiles.ts";
import { nearestProfile, reach, type WantedProfile } from "./nearest-profile.ts";

const anything = fc.record<WantedProfile>({
  protocol: fc.constantFrom("http", "https"),
  buffering: fc.constantFrom("off", "on", "memory"),
  requestBuffering: fc.boolean(),
  bufferSize: fc.integer({ min: 0, max: 4 * MEGABYTE }),
  retryOn: fc.subarray([...RETRY_CONDITIONS]),
  streamLimit: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 5000 * MEGABYTE })),
});

const PLAIN: WantedProfile = { ...PLAIN_PROFILE, bufferSize: 0 };

function nameFor(more: Partial<WantedProfile>): string {
  return profileName(nearestProfile({ ...PLAIN, ...more }));
}

describe("Profiles", () => {
  it("have names of their own", () => {
    assert.equal(new Set(PROFILES.map(profileName)).size, PROFILES.length);
  });

  it("are not many: each takes memory", () => {
    assert.ok(PROFILES.length <= 250, `${PROFILES.length}`);
  });
});

describe("the nearest Profile", () => {
  it("is itself where there is one", () => {
    for (const profile of PROFILES) {
      const found = nearestProfile({ ...profile, bufferSize: profile.bufferSize * 1024 });
      assert.equal(profileName(found), profileName(profile));
    }
  });

  it("never repeats what was not asked for, refuses what may come in, or speaks another protocol", () => {
    fc.assert(
      fc.property(anything, (wanted) => {
        const profile = nearestProfile(wanted);
        assert.equal(profile.protocol, wanted.protocol);
        assert.equal(profile.requestBuffering, wanted.requestBuffering);
        for (const condition of profile.retryOn) assert.ok(wanted.retryOn.includes(condition));
        if (!wanted.requestBuffering) assert.ok(reach(profile.streamLimit) >= reach(wanted.streamLimit));
        const most = BUFFER_SIZES.at(-1) ?? 0;
        assert.ok(profile.bufferSize * 1024 >= Math.min(wanted.bufferSize, most * 1024));
      }),
    );
  });

  it("rounds buffers up", () => {
    assert.equal(nameFor({ bufferSize: 4096 }), "@http");
    assert.equal(nameFor({ bufferSize: 4097 }), "@http-32k");
    assert.equal(nameFor({ bufferSize: 128 * 1024 }), "@http-256k");
    assert.equal(nameFor({ bufferSize: MEGABYTE }), "@http-256k");
  });

  it("does as many of the conditions as it can", () => {
    assert.equal(nameFor({ retryOn: ["http_500", "http_503"] }), "@http-32k-again-3");
    assert.equal(nameFor({ retryOn: ["invalid_header", "http_502", "http_503"] }), "@http-32k-again-23");
    assert.equal(nameFor({ retryOn: ["http_502", "http_503", "http_504", "non_idempotent"] }), "@http-32k-again-234n");
  });

  it("limits a stream by the next step", () => {
    const limited = (megabytes: number) => nameFor({ requestBuffering: false, streamLimit: megabytes * MEGABYTE });
    assert.equal(limited(1), "@http-32k-streamed-1m");
    assert.equal(limited(10), "@http-32k-streamed-16m");
    assert.equal(limited(5000), "@http-32k-streamed");
    assert.equal(limited(0), "@http-32k-streamed");
  });
});
