import { execFile } from "node:child_process";
import { isAbsolute, resolve, sep } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import type { Clock } from "../../time/clock.ts";
import type { Credential, Credentials } from "../access.ts";
import type { Cluster, Exec } from "./kubeconfig.ts";

const run = promisify(execFile);

/** Milliseconds that a plugin may take. Nobody is there to type a password. */
const LONGEST_RUN_MS = 60_000;
/** A credential is made anew this long before it ends; milliseconds. */
const MARGIN_MS = 10_000;

const answerSchema = z.object({
  status: z.object({
    token: z.string().optional(),
    clientCertificateData: z.string().optional(),
    clientKeyData: z.string().optional(),
    expirationTimestamp: z.string().optional(),
  }),
});

interface Made {
  readonly credential: Credential;
  /** Date, milliseconds since 1970. */
  readonly expires: number;
}

/** The name of a program, or a path, which is meant from the folder of the kubeconfig file. */
function commandPath(command: string, folder: string): string {
  return command.includes(sep) && !isAbsolute(command) ? resolve(folder, command) : command;
}

/** What a plugin is told in `KUBERNETES_EXEC_INFO` (client.authentication.k8s.io, ExecCredential). */
function execInfo(exec: Exec, cluster: Cluster): string {
  const { server } = cluster;
  const about = {
    server,
    "tls-server-name": cluster["tls-server-name"] ?? undefined,
    "insecure-skip-tls-verify": cluster["insecure-skip-tls-verify"] ?? undefined,
    "certificate-authority-data": cluster["certificate-authority-data"] ?? undefined,
    "proxy-url": cluster["proxy-url"] ?? undefined,
  };
  const spec = exec.provideClusterInfo === true ? { cluster: about, interactive: false } : { interactive: false };
  return JSON.stringify({ apiVersion: exec.apiVersion, kind: "ExecCredential", spec });
}

function parseAnswer(command: string, text: string): Made {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    answer = undefined;
  }
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success)
    throw new Error(`The credential plugin ${command} printed no ExecCredential: see its own manual.`);
  const { token, clientCertificateData, clientKeyData, expirationTimestamp } = parsed.data.status;
  const expires = Date.parse(expirationTimestamp ?? "");
  return {
    credential: {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      ...(clientCertificateData !== undefined && { certificate: clientCertificateData }),
      ...(clientKeyData !== undefined && { key: clientKeyData }),
    },
    expires: Number.isNaN(expires) ? Number.POSITIVE_INFINITY : expires,
  };
}

/** Credentials that another program prints; kept until they expire or the server refuses them. */
export class ExecCredentials implements Credentials {
  readonly #exec: Exec;
  readonly #command: string;
  readonly #info: string;
  readonly #clock: Clock;
  #made: Promise<Made> | undefined;

  /** @param folder of the kubeconfig file */
  constructor(exec: Exec, cluster: Cluster, folder: string, clock: Clock) {
    this.#exec = exec;
    this.#command = commandPath(exec.command, folder);
    this.#info = execInfo(exec, cluster);
    this.#clock = clock;
  }

  async get(): Promise<Credential> {
    const made = await (this.#made ?? this.#make());
    if (made.expires - MARGIN_MS > this.#clock.date()) return made.credential;
    return (await this.#make()).credential;
  }

  forget(): void {
    this.#made = undefined;
  }

  /** Requests that come while the plugin runs wait for the same run. */
  #make(): Promise<Made> {
    const making = this.#run();
    this.#made = making;
    making.catch(() => {
      if (this.#made === making) this.#made = undefined;
    });
    return making;
  }

  async #run(): Promise<Made> {
    const more = Object.fromEntries((this.#exec.env ?? []).map(({ name, value }) => [name, value]));
    const env = { ...process.env, ...more, KUBERNETES_EXEC_INFO: this.#info };
    try {
      const { stdout } = await run(this.#command, this.#exec.args ?? [], { env, timeout: LONGEST_RUN_MS });
      return parseAnswer(this.#command, stdout);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      const why =
        code === "ENOENT" ? "it is not installed" : (message.split("\n").at(1) || `exit status ${code}`).trim();
      throw new Error(`The credential plugin ${this.#command} failed (${why}): run it by hand to see why.`, {
        cause: error,
      });
    }
  }
}
