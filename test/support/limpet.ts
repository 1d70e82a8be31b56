import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Reply, type RequestOptions, send } from "./client.ts";
import { freePort } from "./free-port.ts";
import type { Manifest } from "./manifests.ts";
import { workersOf } from "./workers.ts";

const LAUNCHER = fileURLToPath(new URL("../../bin/limpet.js", import.meta.url));

export interface LimpetOptions {
  /** More flags of `limpet run`. */
  readonly flags?: readonly string[];
  readonly workers?: number;
  /** The key of an earlier Limpet, so that both understand each other's cookies. */
  readonly key?: Buffer;
  /** Serves the cluster that this file names, instead of a folder. */
  readonly kubeconfig?: string;
  /** The pod of the cluster that this is. */
  readonly pod?: string;
  /** Serves HTTPS too. */
  readonly https?: boolean;
  /** The `bin/limpet.js` to run; absent: this checkout's. */
  readonly launcher?: string;
}

/** `limpet run` on a folder of manifests, or on a cluster: a real controller, a real NGINX, real sockets. */
export class Limpet {
  readonly manifests: string;
  readonly state: string;
  readonly httpPort: number;
  readonly adminPort: number;
  /** 0: HTTPS is off. */
  readonly httpsPort: number;
  private readonly root: string;
  private readonly options: LimpetOptions;
  private child: ChildProcess | undefined;
  private output = "";

  private constructor(
    root: string,
    ports: Pick<Limpet, "httpPort" | "httpsPort" | "adminPort">,
    options: LimpetOptions,
  ) {
    this.root = root;
    this.manifests = join(root, "manifests");
    this.state = join(root, "state");
    this.httpPort = ports.httpPort;
    this.httpsPort = ports.httpsPort;
    this.adminPort = ports.adminPort;
    this.options = options;
  }

  /** Starts with these objects and resolves once they are served. */
  static async start(objects: readonly Manifest[], options: LimpetOptions = {}): Promise<Limpet> {
    const root = await mkdtemp(join(tmpdir(), "limpet-test-"));
    for (const folder of ["manifests", "log"]) await mkdir(join(root, folder));
    if (options.key !== undefined) {
      await mkdir(join(root, "state", "keys"), { recursive: true });
      await writeFile(join(root, "state", "keys", "current"), options.key, { mode: 0o600 });
    }
    const httpsPort = options.https === true ? await freePort() : 0;
    const ports = { httpPort: await freePort(), httpsPort, adminPort: await freePort() };
    const limpet = new Limpet(root, ports, options);
    await limpet.write(objects);
    try {
      await limpet.run();
      return limpet;
    } catch (error) {
      await limpet.stop();
      throw error;
    }
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  /** What the controller and NGINX have printed. */
  get log(): string {
    return this.output;
  }

  /** In a folder of its own: the controller hears of what happens beside its manifests, and that would be each request. */
  get accessLog(): string {
    return join(this.root, "log", "access.log");
  }

  /** Starts the controller (again) and waits until it is ready. */
  async run(): Promise<void> {
    const { kubeconfig } = this.options;
    const flags = {
      ...(kubeconfig === undefined ? { "--manifests": this.manifests } : { "--kubeconfig": kubeconfig }),
      "--http-port": String(this.httpPort),
      "--https-port": String(this.httpsPort),
      "--admin-port": String(this.adminPort),
      "--bind-address": "127.0.0.1",
      "--state-dir": this.state,
      "--workers": String(this.options.workers ?? 1),
      "--access-log": this.accessLog,
      "--log-format": "json",
      "--shutdown-delay": "0",
    };
    const all = [...Object.entries(flags).flat(), ...(this.options.flags ?? [])];
    const env = this.options.pod === undefined ? process.env : { ...process.env, POD_NAME: this.options.pod };
    const launcher = this.options.launcher ?? LAUNCHER;
    const child = spawn(process.execPath, [launcher, "run", ...all], { env, stdio: ["ignore", "pipe", "pipe"] });
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        this.output += chunk.toString("utf8");
      });
    }
    await this.eventually("ready", async () => (await this.admin("/readyz")).status === 200);
  }

  /** Writes the objects into one file of the folder, in one step. */
  async write(objects: readonly Manifest[], file = "objects.json"): Promise<void> {
    const temporary = join(this.root, `${file}.new`);
    await writeFile(temporary, JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
    await rename(temporary, join(this.manifests, file));
  }

  /** Writes the objects and waits until they are live in every worker. */
  async apply(objects: readonly Manifest[], file = "objects.json"): Promise<void> {
    const before = await this.generation();
    await this.write(objects, file);
    await this.eventually("the change", async () => (await this.generation()) > before);
  }

  async generation(): Promise<number> {
    const reply = await this.admin("/api/v1/snapshot");
    return (JSON.parse(reply.body) as { generation: number }).generation;
  }

  admin(path: string): Promise<Reply> {
    return send(this.adminPort, { path, host: "127.0.0.1" });
  }

  send(options: RequestOptions = {}): Promise<Reply> {
    return send(this.httpPort, options);
  }

  /** Waits for a condition, at most these seconds; says what it waited for and what was printed. */
  async eventually(what: string, condition: () => Promise<boolean>, seconds = 10): Promise<void> {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
      if (this.child?.exitCode !== null && this.child?.exitCode !== undefined) break;
      if (await condition().catch(() => false)) return;
      if (Date.now() > deadline) break;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`waited in vain for ${what}; printed:\n${this.output}`);
  }

  /** Waits until requests for a host are answered with this status, at most these seconds. */
  async untilAnswered(host: string, status: number, seconds = 10): Promise<void> {
    await this.eventually(`${status} of ${host}`, async () => (await this.send({ host })).status === status, seconds);
  }

  /** See `workersOf`. */
  async workers(): Promise<number[]> {
    return workersOf(Number(await readFile(join(this.state, "run", "nginx.pid"), "utf8")));
  }

  /** The lines of the access log so far. */
  async accessLines(): Promise<Record<string, unknown>[]> {
    const text = await readFile(this.accessLog, "utf8").catch(() => "");
    return text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Ends the controller by a signal and waits for its exit. */
  async signal(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.child;
    if (child === undefined || child.exitCode !== null) return child?.exitCode ?? null;
    const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
    child.kill(signal);
    return exited;
  }

  async stop(): Promise<void> {
    await this.signal("SIGTERM");
    await rm(this.root, { recursive: true, force: true });
  }
}
