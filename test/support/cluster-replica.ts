import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ApiEmulator } from "./api-emulator/api-emulator.ts";
import { type Reply, send } from "./client.ts";
import { freePort } from "./free-port.ts";

const LAUNCHER = fileURLToPath(new URL("../../bin/limpet.js", import.meta.url));

export interface ReplicaOptions {
  /** The pod that it believes to be, in the namespace `limpet`. */
  readonly pod?: string;
  /** More flags of `limpet run`. */
  readonly flags?: readonly string[];
}

/** `limpet run` on a cluster: a real controller and a real NGINX, one replica of maybe several. */
export class ClusterReplica {
  readonly httpPort: number;
  readonly adminPort: number;
  readonly #root: string;
  readonly #child: ChildProcess;
  #output = "";

  private constructor(root: string, httpPort: number, adminPort: number, child: ChildProcess) {
    this.#root = root;
    this.httpPort = httpPort;
    this.adminPort = adminPort;
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        this.#output += chunk.toString("utf8");
      });
    }
  }

  /** Starts one and resolves once it is ready. */
  static async start(api: ApiEmulator, options: ReplicaOptions = {}): Promise<ClusterReplica> {
    const root = await mkdtemp(join(tmpdir(), "limpet-test-"));
    const [httpPort, adminPort] = [await freePort(), await freePort()];
    const flags = {
      "--kubeconfig": await api.kubeconfig(root),
      "--http-port": String(httpPort),
      "--https-port": "0",
      "--admin-port": String(adminPort),
      "--admin-address": "127.0.0.1",
      "--bind-address": "127.0.0.1",
      "--state-dir": join(root, "state"),
      "--workers": "1",
      "--access-log": "off",
      "--log-format": "json",
      "--shutdown-delay": "0",
      "--shutdown-grace-period": "1",
    };
    const all = [...Object.entries(flags).flat(), ...(options.flags ?? [])];
    const { POD_NAME: _, POD_NAMESPACE: __, ...rest } = process.env;
    const own = options.pod === undefined ? {} : { POD_NAME: options.pod };
    const env = { ...rest, ...own, POD_NAMESPACE: "limpet" };
    const child = spawn(process.execPath, [LAUNCHER, "run", ...all], { stdio: ["ignore", "pipe", "pipe"], env });
    const replica = new ClusterReplica(root, httpPort, adminPort, child);
    await replica.eventually("ready", async () => (await replica.admin("/readyz")).status === 200);
    return replica;
  }

  admin(path: string): Promise<Reply> {
    return send(this.adminPort, { path, host: "127.0.0.1" });
  }

  /** The value of a metric without labels; undefined when it is not shown. */
  async metric(name: string): Promise<number | undefined> {
    const { body } = await this.admin("/metrics");
    const line = body.split("\n").find((text) => text.startsWith(`${name} `));
    return line === undefined ? undefined : Number(line.slice(name.length + 1));
  }

  /** Waits for a condition, at most thirty seconds; says what it waited for and what was printed. */
  async eventually(what: string, condition: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 30_000;
    while (Date.now() < deadline && this.#child.exitCode === null) {
      if (await condition().catch(() => false)) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`waited in vain for ${what}; printed:\n${this.#output}`);
  }

  /** Ends it by a signal and waits for its exit; NGINX outlives a controller that is killed. */
  async signal(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#child.once("exit", () => resolve());
    this.#child.kill(signal);
    await promise;
  }

  async stop(): Promise<void> {
    await this.signal("SIGTERM");
    await rm(this.#root, { recursive: true, force: true });
  }
}
