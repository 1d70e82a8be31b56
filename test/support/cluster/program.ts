import { type ChildProcess, spawn } from "node:child_process";
import { atEnd } from "./at-end.ts";

/** A program that runs beside a test and prints into its memory. */
export class Program {
  /** Resolves when the program has ended, whyever. */
  readonly ended: Promise<void>;
  private readonly name: string;
  private readonly child: ChildProcess;
  private printed = "";

  private constructor(name: string, child: ChildProcess) {
    this.name = name;
    this.child = child;
    const forget = atEnd(() => child.kill("SIGKILL"));
    this.ended = new Promise((resolve) => {
      child.once("close", () => {
        forget();
        resolve();
      });
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        this.printed += chunk.toString("utf8");
      });
    }
  }

  /** Starts a program of the PATH. One that is not there ends at once. */
  static async start(name: string, args: readonly string[]): Promise<Program> {
    // However this process ends, killed too, the program ends with it.
    const child = spawn("setpriv", ["--pdeathsig", "KILL", "--", name, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    await new Promise<void>((resolve, reject) => child.once("spawn", resolve).once("error", reject));
    return new Program(name, child);
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Waits until the program answers, at most a minute. Throws what it has printed when it ends before. */
  async untilReady(ready: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 60_000;
    while (this.running && Date.now() < deadline) {
      if (await ready().catch(() => false)) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`${this.name} does not become ready; printed:\n${this.printed.slice(-10_000)}`);
  }

  /** Ends the program and waits until it is gone. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    this.child.kill(signal);
    await this.ended;
  }
}
