import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, createServer as createListener } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, before, beforeEach, describe, it, test } from "node:test";
import { readProcess } from "../state/process-stat.ts";
import { prepareStateDirectory, type StateDirectory } from "../state/state-directory.ts";
import { BackOff } from "../time/back-off.ts";
import { spawnNginx } from "./command.ts";
import { findNginx, type NginxInstallation } from "./find-nginx.ts";
import { answersControl, isMaster, nginxProcesses, readPidFile, waitUntil } from "./running-nginx.ts";
import { pauseAfter, Supervisor, type SupervisorOptions } from "./supervisor.ts";

const PATIENCE_MS = 20_000;

describe("Supervisor", () => {
  let installation: NginxInstallation;
  let directory: StateDirectory;
  let port: number;
  let supervisors: Supervisor[];
  let masters: Set<number>;
  let log: string[];

  before(async () => {
    installation = await findNginx();
  });

  beforeEach(async () => {
    directory = prepareStateDirectory(mkdtempSync(join(tmpdir(), "limpet-nginx-")));
    port = await freePort();
    supervisors = [];
    masters = new Set();
    log = [];
  });

  afterEach(async () => {
    await Promise.all(supervisors.map((supervisor) => supervisor.stop(1)));
    for (const master of masters) assert.deepEqual(nginxProcesses(master, directory), [], "processes are left");
    assert.equal(existsSync(directory.controlSocket), false, "the socket is left");
    assert.equal(existsSync(directory.pidFile), false, "the pid file is left");
    rmSync(directory.path, { recursive: true });
  });

  function supervisor(overrides: Partial<SupervisorOptions> = {}): Supervisor {
    const note = (message: string) => void log.push(message);
    const made = new Supervisor({
      binary: installation.binary,
      config: config(),
      directory,
      listens: [{ address: "127.0.0.1", port }],
      graceSeconds: 5,
      log: { info: note, warn: note, error: note },
      ...overrides,
    });
    made.on("started", ({ pid }) => masters.add(pid));
    supervisors.push(made);
    return made;
  }

  /** An NGINX that a controller started which is no more. */
  async function leftRunning(text: string): Promise<{ pid: number; exited: Promise<unknown> }> {
    writeFileSync(directory.configFile, text);
    const child = spawnNginx(installation.binary, directory);
    const pid = child.pid ?? 0;
    masters.add(pid);
    const ready = () => readPidFile(directory) === pid && isMaster(pid, directory) && answersControl(directory);
    assert.ok(await waitUntil(ready, PATIENCE_MS));
    return { pid, exited: once(child, "exit") };
  }

  function config(answer = "pong", location = `return 200 "${answer}";`): string {
    return `worker_processes 2; pid "${directory.pidFile}"; error_log stderr crit;
      events { worker_connections 64; }
      http {
        access_log off;
        client_body_temp_path "${directory.temporaryDirectory}/client_body";
        proxy_temp_path "${directory.temporaryDirectory}/proxy";
        fastcgi_temp_path "${directory.temporaryDirectory}/fastcgi";
        uwsgi_temp_path "${directory.temporaryDirectory}/uwsgi";
        scgi_temp_path "${directory.temporaryDirectory}/scgi";
        server { listen 127.0.0.1:${port}; location / { ${location} } }
        server { listen "unix:${directory.controlSocket}"; location / { return 204; } }
      }`;
  }

  async function ask(): Promise<string> {
    const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: "close" } });
    return response.text();
  }

  async function nextStart(of: Supervisor): Promise<number> {
    const [{ pid }] = await once(of, "started", { signal: AbortSignal.timeout(PATIENCE_MS) });
    return pid;
  }

  it("starts NGINX, which answers, and ends it without a trace", async () => {
    const one = supervisor();
    await one.start();
    assert.equal(await ask(), "pong");
    const pid = one.pid ?? 0;
    const exited = once(one, "exited");
    await one.stop(5);
    assert.deepEqual(await exited, [{ code: 0, signal: null }]);
    assert.equal(readProcess(pid), undefined);
  });

  it("lets a running request finish before it ends", async () => {
    const backend = await slowBackend();
    const one = supervisor({ config: config("", `proxy_pass http://127.0.0.1:${backend.port};`) });
    await one.start();
    const answer = ask();
    const finish = await backend.asked;
    const stopped = one.stop(20);
    finish("late");
    assert.equal(await answer, "late");
    await stopped;
    backend.server.close();
  });

  it("ends requests that outlast the grace period", async () => {
    const backend = await slowBackend();
    const one = supervisor({ config: config("", `proxy_pass http://127.0.0.1:${backend.port};`) });
    await one.start();
    const answer = assert.rejects(ask());
    const finish = await backend.asked;
    await one.stop(0);
    await answer;
    finish("too late");
    backend.server.close();
  });

  it("starts NGINX again when its master is killed, and its orphaned workers end", async () => {
    const one = supervisor();
    await one.start();
    const first = one.pid ?? 0;
    assert.ok(nginxProcesses(first, directory).length > 1);
    const started = nextStart(one);
    const exited = once(one, "exited");
    process.kill(first, "SIGKILL");
    assert.deepEqual(await exited, [{ code: null, signal: "SIGKILL" }]);
    assert.notEqual(await started, first);
    assert.equal(await ask(), "pong");
    assert.ok(await waitUntil(() => nginxProcesses(first, directory).length === 0, PATIENCE_MS));
  });

  it("starts NGINX again when somebody ends it gracefully", async () => {
    const one = supervisor();
    await one.start();
    const started = nextStart(one);
    process.kill(one.pid ?? 0, "SIGQUIT");
    await started;
    assert.equal(await ask(), "pong");
  });

  it("takes on the NGINX of a controller that died", async () => {
    const { pid } = await leftRunning(config());
    const next = supervisor();
    const started = once(next, "started");
    await next.start();
    assert.deepEqual(await started, [{ pid, adopted: true }]);
    assert.equal(await ask(), "pong");
  });

  for (const how of ["SIGQUIT", "SIGKILL"] as const) {
    it(`starts NGINX again when one that it took on ends by ${how}`, async () => {
      const { pid: first } = await leftRunning(config());
      const next = supervisor();
      await next.start();
      assert.equal(next.pid, first);
      const started = nextStart(next);
      process.kill(first, how);
      assert.notEqual(await started, first);
      assert.equal(await ask(), "pong");
    });
  }

  it("replaces the NGINX of a controller that ran with other flags", async () => {
    const { pid: first } = await leftRunning(config("old"));
    assert.equal(await ask(), "old");
    const next = supervisor({ config: config("new") });
    await next.start();
    assert.notEqual(next.pid, first);
    assert.equal(await ask(), "new");
    assert.match(log.join("\n"), /differs from what is asked for now/);
  });

  it("makes room after an NGINX whose master was killed while no controller ran", async () => {
    const { pid: first, exited } = await leftRunning(config());
    process.kill(first, "SIGKILL");
    await exited;
    assert.ok(nginxProcesses(first, directory).length > 0, "workers outlive their master");
    const next = supervisor();
    await next.start();
    assert.equal(await ask(), "pong");
  });

  it("starts over a stale socket and a pid file that names a process of somebody else", async () => {
    const listener = createListener().listen(directory.controlSocket);
    await once(listener, "listening");
    // Node removes the path when it closes; a killed process does not.
    rmSync(directory.controlSocket);
    listener.close();
    writeFileSync(directory.controlSocket, "");
    writeFileSync(directory.pidFile, `${process.pid}\n`);
    const one = supervisor();
    await one.start();
    assert.equal(await ask(), "pong");
  });

  it("names the port and the address that are taken", async () => {
    const holder = createListener().listen(port, "127.0.0.1");
    await once(holder, "listening");
    const expected = new RegExp(`^Port ${port} on 127\\.0\\.0\\.1 is taken by another process: .*\\.$`);
    await assert.rejects(supervisor().start(), { message: expected });
    holder.close();
  });

  it("says in one sentence what NGINX finds wrong with its configuration", async () => {
    await assert.rejects(supervisor({ config: "events {} nonsense on;" }).start(), {
      message: /^NGINX does not take the configuration \S+: unknown directive "nonsense" in \S+\.$/,
    });
  });

  it("says how to get a module that cannot be loaded", async () => {
    const missing = `load_module "${directory.path}/none.so";\n${config()}`;
    await assert.rejects(supervisor({ config: missing }).start(), {
      message: /^NGINX cannot load its module \S+none\.so: install it anew with apt-get .*\.$/,
    });
  });

  it("leaves a running NGINX alone when the new configuration is wrong", async () => {
    const old = supervisor();
    await old.start();
    await assert.rejects(supervisor({ config: "nonsense" }).start(), /unexpected end of file|nonsense/);
    assert.equal(await ask(), "pong");
    assert.equal(readFileSync(directory.configFile, "utf8"), config());
  });

  it("tries on when the port is taken at the moment of a restart", async () => {
    const other = await freePort();
    const both = [port, other].map((port) => ({ address: "127.0.0.1", port }));
    const one = supervisor({ listens: both });
    await one.start();
    const holder = createListener().listen(other, "127.0.0.1");
    await once(holder, "listening");
    for (const pid of nginxProcesses(one.pid ?? 0, directory)) process.kill(pid, "SIGKILL");
    assert.ok(await waitUntil(() => log.some((line) => /is taken by another process/.test(line)), PATIENCE_MS));
    const started = nextStart(one);
    holder.close();
    await started;
    assert.equal(await ask(), "pong");
  });

  it("can be stopped while it waits to start NGINX again", async () => {
    const one = supervisor();
    await one.start();
    const exited = once(one, "exited");
    process.kill(one.pid ?? 0, "SIGKILL");
    await exited;
    await one.stop(1);
    assert.equal(one.pid, undefined);
    await assert.rejects(ask());
  });

  it("keeps the control socket from other accounts", async () => {
    await supervisor().start();
    const socket = connect(directory.controlSocket);
    await once(socket, "connect");
    socket.destroy();
    assert.equal(statSync(directory.runDirectory).mode & 0o777, 0o700);
  });
});

async function freePort(): Promise<number> {
  const probe = createListener().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}

/** A backend whose answer the test gives. */
async function slowBackend(): Promise<{
  server: Server;
  port: number;
  asked: Promise<(body: string) => void>;
}> {
  const { promise: asked, resolve } = Promise.withResolvers<(body: string) => void>();
  const server = createServer((_, response) => resolve((body) => response.end(body))).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, port: (server.address() as AddressInfo).port, asked };
}

test("an NGINX that lived for long is started again at once, and the next wait grows from there", () => {
  const backOff = new BackOff({ first: 100, longest: 5_000 });
  for (let i = 0; i < 5; i++) pauseAfter(backOff, 0);
  assert.equal(pauseAfter(backOff, 60_000), 100);
  assert.equal(pauseAfter(backOff, 59_999), 200);
});
