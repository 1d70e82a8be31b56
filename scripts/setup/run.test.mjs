// @ts-check
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";

const MODULE = JSON.stringify(new URL("./run.mjs", import.meta.url).href);

/**
 * A process that runs a shell script in its place.
 *
 * @param {string} script
 */
function runner(script) {
  const code = `import { endLike, run } from ${MODULE}; endLike(await run("sh", ["-c", process.argv[1]]));`;
  // Without a terminal: signals reach the program through us alone.
  const options = {
    detached: true,
    stdio: /** @type {["ignore", "pipe", "inherit"]} */ (["ignore", "pipe", "inherit"]),
  };
  return spawn(process.execPath, ["--input-type=module", "-e", code, script], options);
}

test("the exit status is handed on", async () => {
  assert.deepEqual(await once(runner("exit 7"), "exit"), [7, null]);
});

test("a program that a signal ends makes us end by the same", async () => {
  assert.deepEqual(await once(runner("kill -KILL $$"), "exit"), [null, "SIGKILL"]);
});

for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
  test(`${signal} goes on to the program, once, and its answer counts`, async () => {
    const name = signal.slice(3);
    const ours = runner(`trap 'echo caught; kill $!; exit 3' ${name}; sleep 60 & echo ready; wait $!`);
    const exit = once(ours, "exit");
    let output = "";
    ours.stdout.on("data", (data) => {
      output += data;
      if (output === "ready\n") ours.kill(signal);
    });
    assert.deepEqual(await exit, [3, null]);
    assert.equal(output, "ready\ncaught\n");
  });
}

test("the same signal again at once is npm's copy, and does not go on", async () => {
  const loop = "trap 'echo caught' INT; trap 'kill $!; exit 3' TERM; sleep 60 & echo ready; while :; do wait $!; done";
  const ours = runner(loop);
  const exit = once(ours, "exit");
  let output = "";
  ours.stdout.on("data", (data) => {
    output += data;
    if (output === "ready\n") ours.kill("SIGINT");
    if (output !== "ready\ncaught\n") return;
    ours.kill("SIGINT");
    ours.kill("SIGTERM");
  });
  assert.deepEqual(await exit, [3, null]);
  assert.equal(output, "ready\ncaught\n");
});
