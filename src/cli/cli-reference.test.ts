import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { it } from "node:test";
import { cliReference } from "./cli-reference.ts";

it("the reference of the command line is what the flag tables give", async () => {
  const page = await readFile(new URL("../../docs/reference/cli.md", import.meta.url), "utf8");
  assert.equal(page, cliReference(), "stale: run npm run reference");
});
