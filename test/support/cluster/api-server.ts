import { generateKeyPairSync, randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import https from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../free-port.ts";
import { atEnd } from "./at-end.ts";
import { AUDIT_POLICY, type AuditedRequest, readAudit } from "./audit.ts";
import { type Etcd, startEtcd } from "./etcd.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import { Kubectl } from "./kubectl.ts";
import { enterPodNetwork, NODE_ADDRESS } from "./own-network.ts";
import { Program } from "./program.ts";

/** The keys that service accounts' tokens are signed with and checked by. */
async function writeServiceAccountKeys(
  folder: string,
): Promise<{ readonly signing: string; readonly checking: string }> {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const signing = join(folder, "service-account.key");
  const checking = join(folder, "service-account.pub");
  await writeFile(signing, privateKey.export({ type: "sec1", format: "pem" }), { mode: 0o600 });
  await writeFile(checking, publicKey.export({ type: "spki", format: "pem" }));
  return { signing, checking };
}

/** A real API server over a real etcd, without a node: what is in the cluster is what a test puts there. */
export class ApiServer {
  readonly url: string;
  /** As one who may do everything. */
  readonly admin: Kubectl;
  private readonly folder: string;
  private readonly flags: readonly string[];
  private readonly adminToken: string;
  private readonly etcd: Etcd;
  private program: Program | undefined;

  private constructor(folder: string, url: string, flags: readonly string[], adminToken: string, etcd: Etcd) {
    this.folder = folder;
    this.url = url;
    this.flags = flags;
    this.adminToken = adminToken;
    this.etcd = etcd;
    this.admin = new Kubectl(join(folder, "admin.kubeconfig"), join(folder, "home"));
  }

  /** Starts in the tests' own network and resolves once everything in it is ready. */
  static async start(): Promise<ApiServer> {
    enterPodNetwork();
    const folder = await mkdtemp(join(tmpdir(), "limpet-cluster-"));
    atEnd(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
    const etcd = await startEtcd(join(folder, "etcd"));
    try {
      return await ApiServer.over(etcd, folder);
    } catch (error) {
      await etcd.stop();
      throw error;
    }
  }

  private static async over(etcd: Etcd, folder: string): Promise<ApiServer> {
    const port = await freePort();
    const url = `https://${NODE_ADDRESS}:${port}`;
    const keys = await writeServiceAccountKeys(folder);
    const adminToken = randomUUID();
    const tokens = join(folder, "tokens.csv");
    await writeFile(tokens, `${adminToken},admin,admin,system:masters\n`, { mode: 0o600 });
    const auditPolicy = join(folder, "audit-policy.json");
    await writeFile(auditPolicy, JSON.stringify(AUDIT_POLICY));
    await mkdir(join(folder, "home"));
    const flags = {
      "--etcd-servers": etcd.url,
      "--secure-port": String(port),
      "--bind-address": NODE_ADDRESS,
      "--advertise-address": NODE_ADDRESS,
      "--cert-dir": join(folder, "certificates"),
      "--token-auth-file": tokens,
      "--authorization-mode": "RBAC",
      "--service-cluster-ip-range": "10.96.0.0/16",
      "--service-account-issuer": "https://kubernetes.default.svc",
      "--service-account-signing-key-file": keys.signing,
      "--service-account-key-file": keys.checking,
      "--audit-policy-file": auditPolicy,
      "--audit-log-path": join(folder, "audit.log"),
      // Its tokens are asked for by name: nobody creates a `default` account in every namespace here.
      "--disable-admission-plugins": "ServiceAccount",
    };
    const all = Object.entries(flags).map(([name, value]) => `${name}=${value}`);
    const server = new ApiServer(folder, url, all, adminToken, etcd);
    await server.resume();
    await server.writeAccess(server.admin.kubeconfig, adminToken, "default");
    return server;
  }

  /** Ends the API server at once and keeps its store: what clients see when it is away. */
  async halt(): Promise<void> {
    await this.program?.stop("SIGKILL");
    this.program = undefined;
  }

  /** Forgets what was before: whoever watched from there on is told 410 once the API server is there again. */
  forgetHistory(): Promise<void> {
    return this.etcd.compact();
  }

  /** Starts the API server (again), at the same address and with the same certificate. */
  async resume(): Promise<void> {
    const program = await Program.start("kube-apiserver", this.flags);
    this.program = program;
    try {
      await program.untilReady(() => this.isReady());
    } catch (error) {
      await this.halt();
      throw error;
    }
  }

  /**
   * Kubectl as a service account of the cluster, which is created if need be; it may do what RBAC says, and no more.
   * Its token is a real one, and its kubeconfig a file that others can use too.
   */
  async serviceAccount(namespace: string, name: string): Promise<Kubectl> {
    await this.admin.apply([{ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }]);
    await this.admin.apply([{ apiVersion: "v1", kind: "ServiceAccount", metadata: { name } }], namespace);
    const token = await this.admin.run("create", "token", name, "-n", namespace);
    const kubeconfig = join(this.folder, `${namespace}-${name}.kubeconfig`);
    await this.writeAccess(kubeconfig, token.trim(), namespace);
    return new Kubectl(kubeconfig, join(this.folder, "home"));
  }

  /** What service accounts have asked for so far, and what they were told. */
  requests(): Promise<readonly AuditedRequest[]> {
    return readAudit(join(this.folder, "audit.log"));
  }

  /** Ends everything and removes it. */
  async stop(): Promise<void> {
    await this.halt();
    await this.etcd.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  private certificate(): Promise<string> {
    return readFile(join(this.folder, "certificates", "apiserver.crt"), "utf8");
  }

  private async writeAccess(kubeconfig: string, token: string, namespace: string): Promise<void> {
    const certificateAuthority = await this.certificate();
    await writeKubeconfig(kubeconfig, { url: this.url, certificateAuthority, token, namespace });
  }

  private async isReady(): Promise<boolean> {
    const ca = await this.certificate();
    const headers = { authorization: `Bearer ${this.adminToken}` };
    return new Promise((resolve, reject) => {
      const request = https.get(`${this.url}/readyz`, { ca, headers, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      });
      request.on("error", reject);
    });
  }
}
