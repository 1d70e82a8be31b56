import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import net from "node:net";
import { join } from "node:path";
import { describe, it } from "node:test";
import { startEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, service, slices } from "../support/manifests.ts";

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1");
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}

describe("SIGTERM", () => {
  it("lets running requests finish, takes no new ones, and leaves nothing running", async () => {
    const arrived = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const slow = await startEndpoint("slow", {
      answer: (_, response) => {
        arrived.resolve();
        void release.promise.then(() => response.end("done\n"));
      },
    });
    const limpet = await Limpet.start([ingress({ name: "slow" }), service(), ...slices([slow])]);
    const master = Number(await readFile(join(limpet.state, "run", "nginx.pid"), "utf8"));
    try {
      const running = limpet.send({});
      await arrived.promise;
      const ended = limpet.signal("SIGTERM");
      await limpet.eventually("no new connections", async () => !(await accepts(limpet.httpPort)));
      assert.ok(alive(master), "NGINX waits for the request");
      assert.equal((await limpet.admin("/readyz")).status, 503);
      release.resolve();
      assert.equal((await running).body, "done\n");
      assert.equal(await ended, 0);
      assert.ok(!alive(master));
      assert.ok(!existsSync(join(limpet.state, "run", "control.sock")));
      assert.ok(!existsSync(join(limpet.state, "run", "nginx.pid")));
    } finally {
      release.resolve();
      await limpet.stop();
      await slow.kill();
    }
  });

  it("is a while before the end with --shutdown-delay: not ready, everybody is served, and a second one cuts it short", async () => {
    const endpoint = await startEndpoint("only");
    const objects = [ingress(), service(), ...slices([endpoint])];
    const limpet = await Limpet.start(objects, { flags: ["--shutdown-delay", "3600"] });
    try {
      const ended = limpet.signal("SIGTERM");
      await limpet.eventually("not ready", async () => (await limpet.admin("/readyz")).status === 503);
      assert.equal((await limpet.send({})).status, 200);
      await limpet.apply([ingress({ name: "late", host: "late.test" })], "late.json");
      assert.equal((await limpet.send({ host: "late.test" })).status, 200);
      void limpet.signal("SIGTERM");
      assert.equal(await ended, 0);
      assert.ok(!(await accepts(limpet.httpPort)));
    } finally {
      await limpet.stop();
      await endpoint.kill();
    }
  });

  it("breaks off what takes longer than the grace period", async () => {
    const arrived = Promise.withResolvers<void>();
    const stuck = await startEndpoint("stuck", { answer: () => arrived.resolve() });
    const limpet = await Limpet.start([ingress({ name: "stuck" }), service(), ...slices([stuck])], {
      flags: ["--shutdown-grace-period", "1"],
    });
    try {
      const running = limpet.send({}).catch((error: Error) => error);
      await arrived.promise;
      assert.equal(await limpet.signal("SIGTERM"), 0);
      assert.ok((await running) instanceof Error);
    } finally {
      await limpet.stop();
      await stuck.kill();
    }
  });
});
