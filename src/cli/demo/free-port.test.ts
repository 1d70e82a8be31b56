import assert from "node:assert/strict";
import { createServer } from "node:net";
import { it } from "node:test";
import { nextFreePort } from "./free-port.ts";

it("a port that is taken or spoken for gives way to the next free one", async () => {
  const holder = createServer();
  const { promise, resolve } = Promise.withResolvers<void>();
  holder.listen(0, "127.0.0.1", resolve);
  await promise;
  const { port: taken } = holder.address() as { port: number };
  const free = await nextFreePort(taken, ["127.0.0.1"]);
  assert.ok(free !== undefined && free > taken);
  assert.notEqual(await nextFreePort(taken, ["127.0.0.1"], [free]), free);
  holder.close();
});
