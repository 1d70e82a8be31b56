import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readHtpasswd } from "./read-htpasswd.ts";

describe("readHtpasswd", () => {
  it("takes a name and a hash of each line", () => {
    assert.deepEqual(readHtpasswd("ann:$apr1$a$b\r\nbob:{SHA}x=:a note\n\n"), { ann: "$apr1$a$b", bob: "{SHA}x=" });
  });

  it("passes comments over, and lines without a hash", () => {
    assert.deepEqual(readHtpasswd("#ann:x\nann\n:x\n"), {});
  });

  it("goes by the first line of a name", () => {
    assert.deepEqual(readHtpasswd("ann:1\nann:2"), { ann: "1" });
  });
});
