import type { Command } from "commander";
import type { Logger } from "pino";
import { everyAddress } from "../control-plane/controller/bind-addresses.ts";
import { type LimpetOptions, type RunningLimpet, startLimpet } from "../control-plane/controller/start-limpet.ts";
import { makeLogger } from "../control-plane/logging/make-logger.ts";
import { addFlags } from "./flag.ts";
import type { Finish } from "./main.ts";
import { type LogFlags, RUN_FLAGS, type RunFlags } from "./run-flags.ts";
import { Signals } from "./signals.ts";
import { CommandFailure, type Terminal } from "./terminal.ts";
import { openManifests, translateOptions } from "./translate-options.ts";
import { limpetVersion } from "./version.ts";

export function logOf(flags: LogFlags): Logger {
  return makeLogger({ level: flags.logLevel, format: flags.logFormat ?? (process.stderr.isTTY ? "text" : "json") });
}

/** What `startLimpet` needs, from the flags of `run`. */
export function limpetOptions(flags: RunFlags, manifests: string, log: Logger): LimpetOptions {
  const logger = { debug: (message: string) => log.debug(message) };
  const options = {
    version: limpetVersion(),
    openSource: () => openManifests(manifests, flags, { logger }),
    translate: translateOptions(flags, true),
    stateDirectory: flags.stateDir,
    httpPort: flags.httpPort,
    bindAddresses: flags.bindAddress ?? everyAddress(),
    adminAddress: flags.adminAddress ?? "127.0.0.1",
    adminPort: flags.adminPort,
    workers: flags.workers ?? "auto",
    graceSeconds: flags.shutdownGracePeriod,
    accessLog: flags.accessLog,
    accessLogFormat: flags.accessLogFormat,
    log,
  } as const;
  return {
    ...options,
    ...(flags.nginx === undefined ? {} : { nginx: flags.nginx }),
    ...(flags.dnsServers === undefined ? {} : { dnsServers: flags.dnsServers }),
  };
}

/** As `startLimpet`, with failures as the command's own. */
export async function startOrFail(options: LimpetOptions): Promise<RunningLimpet> {
  try {
    return await startLimpet(options);
  } catch (error) {
    options.log.debug({ err: error }, "cannot start");
    throw new CommandFailure(1, (error as Error).message);
  }
}

async function run(flags: RunFlags): Promise<void> {
  if (flags.manifests === undefined) {
    throw new CommandFailure(2, "The cluster is no source yet: name a folder of manifests with --manifests DIR.");
  }
  const log = logOf(flags);
  const options = limpetOptions(flags, flags.manifests, log);
  const signals = new Signals();
  try {
    const limpet = await startOrFail(options);
    log.info({ http: options.httpPort, admin: limpet.adminPort, manifests: flags.manifests }, "limpet runs");
    signals.onSecond(limpet.hurry);
    await signals.first;
    log.info("ending: requests may finish");
    await limpet.stop();
    log.info("ended");
  } finally {
    signals.release();
  }
}

export function addRun(program: Command, _terminal: Terminal, _finish: Finish): void {
  const command = program.command("run").description("run the controller and NGINX");
  addFlags(command, RUN_FLAGS).action((flags: RunFlags) => run(flags));
}
