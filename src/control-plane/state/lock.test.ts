import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { acquireLock } from "./lock.ts";

const HOLD = `import { acquireLock } from ${JSON.stringify(new URL("./lock.ts", import.meta.url).href)};
  try { acquireLock(process.argv[1]); process.send("held"); setInterval(() => {}, 1000); }
  catch (error) { process.send(error.message); process.disconnect(); }`;

describe("the lock of a state directory", () => {
  let folder: string;
  let lockFile: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "limpet-lock-"));
    lockFile = join(folder, "limpet.lock");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Another process that asks for the lock: what it says, and a way to kill it. */
  async function other(): Promise<{ answer: string; pid: number; kill: () => Promise<void> }> {
    const args = ["--input-type=module", "-e", HOLD, lockFile];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    const exit = once(child, "exit");
    const [answer] = await once(child, "message");
    const kill = async () => {
      child.kill("SIGKILL");
      await exit;
    };
    return { answer, pid: child.pid ?? 0, kill };
  }

  it("is held by one process until it gives it back", async () => {
    const lock = acquireLock(lockFile);
    const refused = await other();
    assert.match(
      refused.answer,
      new RegExp(`^Another limpet \\(process ${process.pid}\\) runs with this state directory`),
    );
    await refused.kill();
    lock.release();
    assert.deepEqual(readdirSync(folder), []);
    const next = await other();
    assert.equal(next.answer, "held");
    await next.kill();
  });

  it("is taken over from a process that was killed", async () => {
    const holder = await other();
    assert.equal(holder.answer, "held");
    assert.throws(() => acquireLock(lockFile), new RegExp(`process ${holder.pid}\\)`));
    await holder.kill();
    acquireLock(lockFile).release();
    assert.deepEqual(readdirSync(folder), []);
  });

  it("is taken over when its number has gone to another process, or the machine has started anew", () => {
    acquireLock(lockFile);
    const holder = JSON.parse(readFileSync(lockFile, "utf8"));
    for (const stale of [{ startTime: "1" }, { boot: "another" }]) {
      writeFileSync(lockFile, JSON.stringify({ ...holder, ...stale }));
      acquireLock(lockFile);
      assert.deepEqual(JSON.parse(readFileSync(lockFile, "utf8")), holder);
    }
  });

  it("is taken over when its file holds no lock", () => {
    for (const text of ["", "garbage", "null", "{}"]) {
      writeFileSync(lockFile, text);
      acquireLock(lockFile).release();
    }
    assert.deepEqual(readdirSync(folder), []);
  });

  it("goes to one of several that ask at once", async () => {
    const all = await Promise.all([other(), other(), other(), other()]);
    assert.equal(all.filter(({ answer }) => answer === "held").length, 1);
    await Promise.all(all.map(({ kill }) => kill()));
  });

  it("is not given back by one that lost it", () => {
    const lock = acquireLock(lockFile);
    writeFileSync(lockFile, "of somebody else");
    lock.release();
    assert.equal(readFileSync(lockFile, "utf8"), "of somebody else");
  });
});
