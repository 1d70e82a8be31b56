import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { limpetVersion } from "../../src/cli/version.ts";
import { startEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, service, slices } from "../support/manifests.ts";
import { type Packed, packLimpet } from "../support/packed.ts";

/** Has the program fail where it prints. */
const FAILING = 'data:text/javascript,process.stdout.write=()=>{throw new TypeError("nobody%20reads")}';

describe("what the image runs", () => {
  let packed: Packed;

  before(async () => {
    packed = await packLimpet();
  });
  after(() => packed.remove());

  function limpet(words: readonly string[], flags: readonly string[] = []) {
    const args = [...flags, packed.launcher, ...words];
    return spawnSync(process.execPath, args, { encoding: "utf8", timeout: 60_000 });
  }

  it("is a program without sources that knows its version", () => {
    assert.equal(existsSync(join(packed.folder, "src")), false);
    const { status, stdout, stderr } = limpet(["--version"]);
    assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: `${limpetVersion()}\n`, stderr: "" });
  });

  it("finds its data plane, and serves", async () => {
    const endpoint = await startEndpoint("first");
    const objects = [
      ingress({ host: "shop.test", paths: [{ service: "web" }] }),
      service("web"),
      ...slices([endpoint]),
    ];
    const running = await Limpet.start(objects, { launcher: packed.launcher });
    try {
      assert.equal((await running.send({ host: "shop.test" })).status, 200);
    } finally {
      await running.stop();
      await endpoint.kill();
    }
  });

  it("loads what only people need when it is asked for, and finds it", () => {
    const wrong = [
      "run",
      "--manifests",
      join(packed.folder, "nothing"),
      "--log-format",
      "text",
      "--log-level",
      "debug",
    ];
    const ports = ["--http-port", "65535", "--state-dir", join(packed.folder, "state"), "--nginx", "/nothing/nginx"];
    const { status, stderr } = limpet([...wrong, ...ports]);
    assert.equal(status, 1);
    assert.match(stderr, /DEBUG.*: cannot start/);
  });

  it("names sources and their lines where it fails", () => {
    const { status, stderr } = limpet(["version"], ["--import", FAILING]);
    assert.equal(status, 1);
    const [, line] =
      /TypeError: nobody reads\n.*\n +at Object\.out \(src\/cli\/terminal\.ts:(\d+):\d+\)/.exec(stderr) ?? [];
    const source = readFileSync(new URL("../../src/cli/terminal.ts", import.meta.url), "utf8").split("\n");
    assert.match(source[Number(line) - 1] ?? stderr, /process\.stdout\.write/);
  });

  it("is what the Dockerfile takes, and nothing beside it that would be run instead", () => {
    const dockerfile = readFileSync(new URL("../../deploy/Dockerfile", import.meta.url), "utf8");
    const image = dockerfile.slice(dockerfile.lastIndexOf("\nFROM "));
    assert.match(dockerfile, /^RUN node scripts\/setup\.mjs pack \/opt\/packed /m);
    assert.match(image, /^COPY --from=build \/opt\/packed \/opt\/limpet$/m);
    assert.doesNotMatch(image, /^COPY .*(\bsrc\b|\. )/m);
  });

  // Last: it is a checkout from here on.
  it("is never run where sources are, which may be newer", async () => {
    await mkdir(join(packed.folder, "src", "cli"), { recursive: true });
    await writeFile(
      join(packed.folder, "src", "cli", "limpet.ts"),
      'const said: string = "the source";\nconsole.log(said);\n',
    );
    const { status, stdout } = limpet(["--version"]);
    assert.deepEqual({ status, stdout }, { status: 0, stdout: "the source\n" });
  });
});
