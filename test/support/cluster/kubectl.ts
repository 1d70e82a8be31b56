import { type ChildProcess, spawn } from "node:child_process";
import type { Manifest } from "../manifests.ts";

/** What kubectl said on its way to a failure. */
export class KubectlFailure extends Error {
  override readonly name = "KubectlFailure";
}

function printed(child: ChildProcess, stream: "stdout" | "stderr"): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    child[stream]?.on("data", (chunk: Buffer) => {
      text += chunk.toString("utf8");
    });
    child.on("error", reject);
    child.on("close", () => resolve(text));
  });
}

/** The real kubectl, as one user. */
export class Kubectl {
  readonly kubeconfig: string;
  private readonly home: string;

  /** What kubectl remembers of the server is kept below `home`. */
  constructor(kubeconfig: string, home: string) {
    this.kubeconfig = kubeconfig;
    this.home = home;
  }

  /** The environment of a program that is to be this user; what it remembers is kept below `home` too. */
  get environment(): NodeJS.ProcessEnv {
    return { ...process.env, HOME: this.home, KUBECONFIG: this.kubeconfig };
  }

  /**
   * Runs `kubectl ARGS` and gives what it prints.
   *
   * @throws KubectlFailure with what it said when it fails
   */
  async run(...args: readonly string[]): Promise<string> {
    return (await this.runWith("", args)).out;
  }

  /** Creates the objects or makes them so, all fields checked by the server. Gives what it warns of. */
  async apply(objects: readonly Manifest[], namespace = "default"): Promise<string> {
    const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
    const args = ["apply", "--server-side", "--force-conflicts", "-n", namespace, "-f", "-"];
    return (await this.runWith(list, args)).errors;
  }

  /** Deletes an object and waits until it is gone. */
  async delete(kind: string, name: string, namespace = "default"): Promise<void> {
    await this.run("delete", kind, name, "-n", namespace);
  }

  private async runWith(
    input: string,
    args: readonly string[],
  ): Promise<{ readonly out: string; readonly errors: string }> {
    const child = spawn("kubectl", args, {
      env: this.environment,
      stdio: ["pipe", "pipe", "pipe"],
    });
    // It may have ended before it has read anything: its exit status tells.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    const [out, errors] = await Promise.all([printed(child, "stdout"), printed(child, "stderr")]);
    if (child.exitCode !== 0) throw new KubectlFailure(`kubectl ${args.join(" ")}: ${errors.trim()}`);
    return { out, errors };
  }
}
