import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { civil, cookieTime } from "./cookie-time.ts";

/** NGINX's cookie time from what Date says, whose text has blanks and four digits. */
function byDate(seconds: number): string {
  const [, weekday, day, month, year, clock] = /^(\w+), (\d+) (\w+) (\d+) ([\d:]+) GMT$/.exec(
    new Date(seconds * 1000).toUTCString(),
  ) as unknown as string[];
  return `${weekday}, ${day}-${month}-${Number(year) > 2037 ? year : year?.slice(-2)} ${clock} GMT`;
}

describe("cookieTime", () => {
  it("has dashes, two digits of the year, and English names", () => {
    assert.equal(cookieTime(1_700_172_800), "Thu, 16-Nov-23 22:13:20 GMT");
    assert.equal(cookieTime(0), "Thu, 01-Jan-70 00:00:00 GMT");
  });

  it("writes the whole year from the one on that two digits could not tell apart", () => {
    const last = Date.UTC(2037, 11, 31, 23, 59, 59) / 1000;
    assert.equal(cookieTime(last), "Thu, 31-Dec-37 23:59:59 GMT");
    assert.equal(cookieTime(last + 1), "Fri, 01-Jan-2038 00:00:00 GMT");
  });

  it("takes the second that has begun", () => {
    assert.equal(cookieTime(1_700_172_800.999), cookieTime(1_700_172_800));
  });

  it("does not go back beyond the first second", () => {
    assert.equal(cookieTime(-1), cookieTime(0));
    assert.equal(cookieTime(-1e15), cookieTime(0));
  });

  it("agrees with Date about any second of centuries", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 30_000_000_000 }), (seconds) => {
        assert.equal(cookieTime(seconds), byDate(seconds));
      }),
      { numRuns: 5000 },
    );
  });

  it("agrees with Date about the days around each end of February", () => {
    for (let year = 1970; year < 2110; year++) {
      const february = Date.UTC(year, 1, 27) / 1000;
      for (let day = 0; day < 4; day++)
        assert.equal(cookieTime(february + day * 86400), byDate(february + day * 86400));
    }
  });
});

describe("civil", () => {
  it("counts months from zero and days from one", () => {
    assert.deepEqual(civil(0), { year: 1970, month: 0, day: 1 });
    assert.deepEqual(civil(19_782), { year: 2024, month: 1, day: 29 });
  });
});
