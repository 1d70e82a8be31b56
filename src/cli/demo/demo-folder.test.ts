import assert from "node:assert/strict";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { it } from "node:test";
import { makeDemoFolder } from "./demo-folder.ts";

it("the demo's manifests name the ports that its backends have, and go when it ends", async () => {
  const folder = await makeDemoFolder([4001, 4002, 8081]);
  const text = await readFile(join(folder.manifests, "endpoints.yaml"), "utf8");
  assert.deepEqual(
    [...text.matchAll(/port: (\d+)/g)].map(([, port]) => port),
    ["4001", "4002", "8081"],
  );
  await folder.remove();
  await assert.rejects(stat(join(folder.manifests, "..")), { code: "ENOENT" });
});
