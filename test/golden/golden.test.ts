import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import { renderGolden } from "./render-golden.ts";

const folder = new URL("./", import.meta.url);
const SUFFIX = ".in.yaml";
const cases = readdirSync(folder)
  .filter((file) => file.endsWith(SUFFIX))
  .map((file) => file.slice(0, -SUFFIX.length))
  .sort();

/** With UPDATE_GOLDEN=1 the files are written anew instead: read the difference before it is kept. */
const update = process.env.UPDATE_GOLDEN === "1";

describe("translation", () => {
  for (const name of cases) {
    it(name.replaceAll("-", " "), () => {
      const out = renderGolden(readFileSync(new URL(`${name}${SUFFIX}`, folder), "utf8"));
      const file = new URL(`${name}.out.json`, folder);
      if (update) writeFileSync(file, out);
      assert.equal(out, readFileSync(file, "utf8"));
    });
  }

  it("has no result without its case", () => {
    const results = readdirSync(folder).filter((file) => file.endsWith(".out.json"));
    assert.deepEqual(results.map((file) => file.slice(0, -".out.json".length)).sort(), cases);
  });
});
