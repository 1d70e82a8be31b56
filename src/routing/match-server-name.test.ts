import assert from "node:assert/strict";
import { it } from "node:test";
import { matchServerName } from "./match-server-name.ts";

const ENTRIES: Readonly<Record<string, readonly string[]>> = {
  "a.test": ["shop/a"],
  "*.b.test": ["shop/b"],
  "plain.b.test": [],
  _: ["shop/default"],
};

function shown(host: string, entries = ENTRIES): readonly string[] | undefined {
  return matchServerName(host, (name) => {
    const certificates = entries[name];
    return certificates === undefined ? undefined : { certificates };
  })?.certificates;
}

it("a client is shown what its name leads to", () => {
  assert.deepEqual(shown("a.test"), ["shop/a"]);
  assert.deepEqual(shown("x.b.test"), ["shop/b"]);
  for (const host of ["plain.b.test", "x.y.b.test", "b.test", "*.b.test", "c.test", ""]) {
    assert.deepEqual(shown(host), ["shop/default"], host);
  }
});

it("a client is shown what NGINX has where there is no default", () => {
  assert.equal(shown("c.test", {}), undefined);
  assert.equal(shown("a.test", { "a.test": [] }), undefined);
});
