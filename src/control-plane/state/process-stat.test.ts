import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readCommandLine, readProcess, sessionMembers } from "./process-stat.ts";

test("this process is found, with what it was started with", () => {
  const own = readProcess(process.pid);
  assert.equal(own?.pid, process.pid);
  assert.match(own?.startTime ?? "", /^\d+$/);
  assert.match(readCommandLine(process.pid), /node/);
});

test("a process that has ended is not found", async () => {
  const child = spawn("true");
  await once(child, "exit");
  assert.equal(readProcess(child.pid ?? 0), undefined);
  assert.equal(readCommandLine(child.pid ?? 0), "");
});

test("a program's name may look like the fields that follow it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "limpet-stat-"));
  const program = join(folder, "a) Z (b");
  copyFileSync("/bin/sleep", program);
  const child = spawn(program, ["60"], { detached: true });
  await once(child, "spawn");
  const found = readProcess(child.pid ?? 0);
  child.kill("SIGKILL");
  await once(child, "exit");
  rmSync(folder, { recursive: true });
  assert.deepEqual([found?.name, found?.session], ["a) Z (b", child.pid]);
});

test("a session keeps its members when their parent dies", async () => {
  const child = spawn("sh", ["-c", "sleep 60 & echo $!; wait"], { detached: true });
  const [line] = await once(child.stdout, "data");
  const orphan = Number(String(line));
  child.kill("SIGKILL");
  await once(child, "exit");
  const members = sessionMembers(child.pid ?? 0).map(({ pid }) => pid);
  process.kill(orphan, "SIGKILL");
  assert.deepEqual(members, [orphan]);
});
