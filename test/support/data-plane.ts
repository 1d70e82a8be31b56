import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { keepOwnCertificate } from "../../src/control-plane/certificates/own-certificate.ts";
import { findNginx } from "../../src/control-plane/nginx/find-nginx.ts";
import type { NginxOptions } from "../../src/control-plane/nginx/options.ts";
import { renderConfig } from "../../src/control-plane/nginx/render-config.ts";
import { DEFAULT_STATIC_SETTINGS } from "../../src/control-plane/nginx/static-settings.ts";
import { parseObject } from "../../src/control-plane/objects/parse-object.ts";
import { ControlClient, type PushAnswer } from "../../src/control-plane/publish/control-client.ts";
import { type EntryChanges, encodePush } from "../../src/control-plane/publish/push.ts";
import type { ObjectChange } from "../../src/control-plane/sources/source.ts";
import { TRANSLATE_DEFAULTS, type TranslateOptions } from "../../src/control-plane/translate/translate-options.ts";
import { Translator } from "../../src/control-plane/translate/translator.ts";
import { NOBODY_FILE, TrustDirectory } from "../../src/control-plane/trust/trust-directory.ts";
import { type Reply, type RequestOptions, send } from "./client.ts";
import { freePort } from "./free-port.ts";
import type { Manifest } from "./manifests.ts";

const LUA = fileURLToPath(new URL("../../build/lua", import.meta.url));
const LINEAGE = "0123456789abcdef0123456789abcdef";

/** A fixed key, so that values can be compared between runs. */
export const TEST_KEY = new Uint8Array(32).fill(7);

export function changesOf(objects: readonly Manifest[]): ObjectChange[] {
  return objects.map((raw) => {
    const parsed = parseObject(raw);
    if (!parsed.ok) throw new Error(`not an object of ours: ${JSON.stringify(raw)}`);
    return { type: "set", object: parsed.object };
  });
}

/** The Snapshot that objects translate to. */
export function translate(objects: readonly Manifest[], options: Partial<TranslateOptions> = {}): EntryChanges {
  const translator = new Translator({ ...TRANSLATE_DEFAULTS, keys: { current: TEST_KEY }, ...options });
  return translator.apply(changesOf(objects)).changed;
}

export interface DataPlaneOptions {
  readonly nginx?: Partial<NginxOptions>;
  /** Changes the rendered configuration, for what only a test wants to see. */
  readonly edit?: (config: string) => string;
}

/** NGINX with the data plane alone: no controller, pushes by hand. */
export class DataPlane {
  readonly port: number;
  readonly directory: string;
  readonly control: ControlClient;
  readonly #socket: string;
  readonly process: ChildProcess;
  private printed = "";
  private generation = 0;

  private constructor(directory: string, port: number, socket: string, process: ChildProcess) {
    this.directory = directory;
    this.port = port;
    this.#socket = socket;
    this.control = new ControlClient(socket);
    this.process = process;
    process.stderr?.on("data", (chunk: Buffer) => {
      this.printed += chunk.toString();
    });
  }

  static async start(options: DataPlaneOptions = {}): Promise<DataPlane> {
    const directory = await mkdtemp(join(tmpdir(), "limpet-data-plane-"));
    await mkdir(join(directory, "tmp"));
    const found = await findNginx();
    const port = await freePort();
    const socket = join(directory, "control.sock");
    const nginx: NginxOptions = {
      httpPort: port,
      httpsPort: 0,
      certificateFile: join(directory, "certificate.pem"),
      bindAddresses: ["127.0.0.1"],
      workers: 1,
      openFiles: 1024,
      modulePaths: found.modulePaths,
      ...(process.getuid?.() === 0 ? { user: "root" } : {}),
      pidFile: join(directory, "nginx.pid"),
      temporaryDirectory: join(directory, "tmp"),
      controlSocket: socket,
      luaPath: LUA,
      accessLog: "off",
      accessLogFormat: "json",
      shutdownGracePeriodSeconds: 1,
      sharedMemoryMegabytes: 32,
      trustDirectory: directory,
      nobodyFile: join(directory, NOBODY_FILE),
      settings: DEFAULT_STATIC_SETTINGS,
      ...options.nginx,
    };
    if (nginx.httpsPort !== 0) await keepOwnCertificate(nginx.certificateFile);
    const places = { count: nginx.settings.upstreamAuthorities, stored: new Set<number>(), nginxRuns: false };
    new TrustDirectory({ folder: directory, ...places });
    const config = join(directory, "nginx.conf");
    await writeFile(config, (options.edit ?? ((text) => text))(renderConfig(nginx)));
    const child = spawn(found.binary, ["-c", config, "-g", "daemon off;"], { stdio: ["ignore", "ignore", "pipe"] });
    const dataPlane = new DataPlane(directory, port, socket, child);
    await dataPlane.answering();
    return dataPlane;
  }

  get log(): string {
    return this.printed;
  }

  /** Pushes entries as the next generation; a whole Snapshot when nothing was pushed before. */
  /** @param checkedBy who has checked the entries before */
  async push(changes: EntryChanges, full = this.generation === 0, checkedBy?: string): Promise<PushAnswer> {
    const base = this.generation;
    const push = { lineage: LINEAGE, base, generation: base + 1, full, checkedBy, changes };
    const answer = await this.control.push(Buffer.from([...encodePush(push)].join(""), "latin1"));
    if (answer.accepted) this.generation = answer.generation;
    return answer;
  }

  /** Sends the first bytes of a whole Snapshot; `sent` once NGINX has them, `finish` sends the rest and gives the status. */
  beginPush(changes: EntryChanges, bytes: number): { readonly sent: Promise<void>; finish(): Promise<number> } {
    const push = { lineage: LINEAGE, base: 0, generation: 1, full: true, changes };
    const body = Buffer.from([...encodePush(push)].join(""), "latin1");
    const headers = { "content-length": body.length };
    const request = http.request({ socketPath: this.#socket, path: "/push", method: "POST", headers, agent: false });
    const status = new Promise<number>((resolve, reject) => {
      request.on("response", (response) => resolve(response.resume().statusCode ?? 0)).on("error", reject);
    });
    const sent = new Promise<void>((resolve) => request.write(body.subarray(0, bytes), () => resolve()));
    return {
      sent,
      finish: () => {
        request.end(body.subarray(bytes));
        return status;
      },
    };
  }

  send(options: RequestOptions = {}): Promise<Reply> {
    return send(this.port, options);
  }

  async stop(): Promise<void> {
    this.control.close();
    if (this.process.exitCode === null) {
      const exited = new Promise((resolve) => this.process.once("exit", resolve));
      this.process.kill("SIGTERM");
      await exited;
    }
    await rm(this.directory, { recursive: true, force: true });
  }

  private async answering(): Promise<void> {
    const deadline = Date.now() + 10_000;
    while (Date.now() < deadline && this.process.exitCode === null) {
      const answered = await this.control.state().then(
        () => true,
        () => false,
      );
      if (answered) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await this.stop();
    throw new Error(`the data plane does not start:\n${this.printed}`);
  }
}

/** Sends the same request many times over a few kept connections. */
export async function hammer(port: number, count: number, options: RequestOptions): Promise<void> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
  const loop = async (): Promise<void> => {
    for (let i = 0; i < count / 4; i++) await send(port, { ...options, agent });
  };
  await Promise.all([loop(), loop(), loop(), loop()]);
  agent.destroy();
}
