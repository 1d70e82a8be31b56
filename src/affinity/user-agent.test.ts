import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { refusesSameSiteNone } from "./user-agent.ts";

const MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X";

describe("refusesSameSiteNone", () => {
  const refusing: Readonly<Record<string, string>> = {
    "Chromium from the forties": "Mozilla/5.0 (X11) Chrome/41.0.0 Safari/537.36",
    "Chromium from the fifties": "Mozilla/5.0 (X11) Chrome/51.0.0 Safari/537.36",
    "Chromium from the sixties": "Mozilla/5.0 (X11) Chrome/66.0.0 Safari/537.36",
    "an old iPhone": "Mozilla/5.0 (iPhone; CPU iPhone OS 12_1 like Mac OS X) Safari/604.1",
    "an old iPad": "Mozilla/5.0 (iPad; CPU OS 12_4 like Mac OS X) Safari/604.1",
    "Safari on an old Mac": `${MAC} 10_14_6) Version/13 Safari/605.1.15`,
  };
  for (const [name, agent] of Object.entries(refusing)) {
    it(`says so of ${name}`, () => assert.ok(refusesSameSiteNone(agent)));
  }

  const accepting: Readonly<Record<string, string>> = {
    "Chromium from the seventies": "Mozilla/5.0 (X11) Chrome/70.0.0 Safari/537.36",
    "Chromium of three digits": "Mozilla/5.0 (X11) Chrome/120.0.0 Safari/537.36",
    "a newer Chromium on an old Mac": `${MAC} 10_14_6) Chrome/90.0.0 Safari/537.36`,
    "Safari on a newer Mac": `${MAC} 10_15_7) Version/16 Safari/605.1.15`,
    "Firefox on an old Mac": `${MAC} 10_14) Gecko/20100101 Firefox/70.0`,
    "a newer iPhone": "Mozilla/5.0 (iPhone; CPU iPhone OS 13_2 like Mac OS X) Safari/604.1",
    "a name in another case": "mozilla/5.0 chrome/51.0.0",
    "a client that says nothing": "",
  };
  for (const [name, agent] of Object.entries(accepting)) {
    it(`does not say so of ${name}`, () => assert.ok(!refusesSameSiteNone(agent)));
  }
});
