import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { requestWith } from "../../test/support/policy-request.ts";
import type { Patterns } from "../routing/patterns.ts";
import type { BlockPolicy } from "../snapshot/global-policies.ts";
import { answerBlocked } from "./blocked.ts";

const PATTERNS: Patterns = {
  matches: (text, pattern) => (pattern === "slow" ? undefined : new RegExp(pattern, "i").test(text)),
  matchesByCase: (text, pattern) => new RegExp(pattern).test(text),
  groups: () => undefined,
};

function status(policy: BlockPolicy, headers: Readonly<Record<string, string>>, address = "192.0.2.1") {
  return answerBlocked(policy, { ...requestWith(headers), address: () => address }, PATTERNS)?.status;
}

describe("a client that is blocked", () => {
  it("has an address on the list", () => {
    const policy = { addresses: { ipv4: ["c0000201", "c0000202"], ipv6: [] } };
    assert.equal(status(policy, {}), 403);
    assert.equal(status(policy, {}, "192.0.2.3"), undefined);
  });

  it("says a whole text, in any case", () => {
    const policy: BlockPolicy = { agents: [{ kind: "text", pattern: "bot/1" }] };
    assert.equal(status(policy, { user_agent: "Bot/1" }), 403);
    assert.equal(status(policy, { user_agent: "Bot/1.0" }), undefined);
  });

  it("says what a pattern finds, whether case counts or not", () => {
    const policy: BlockPolicy = {
      referers: [
        { kind: "any-case", pattern: "^http://spam" },
        { kind: "by-case", pattern: "Exact" },
      ],
    };
    assert.equal(status(policy, { referer: "HTTP://SPAM.test" }), 403);
    assert.equal(status(policy, { referer: "an Exact one" }), 403);
    assert.equal(status(policy, { referer: "an exact one" }), undefined);
  });

  it("says nothing at all, where that is on the list", () => {
    assert.equal(status({ agents: [{ kind: "text", pattern: "" }] }, {}), 403);
    assert.equal(status({ agents: [{ kind: "any-case", pattern: "^$" }] }, { user_agent: "a" }), undefined);
  });

  it("says something that takes too long to search", () => {
    assert.equal(status({ agents: [{ kind: "any-case", pattern: "slow" }] }, { user_agent: "a" }), 403);
  });
});
