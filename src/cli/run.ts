import type { Command } from "commander";
import type { Logger } from "pino";
import { everyAddress } from "../control-plane/controller/bind-addresses.ts";
import { clusterSupply } from "../control-plane/controller/cluster-supply.ts";
import { type LimpetOptions, type RunningLimpet, startLimpet } from "../control-plane/controller/start-limpet.ts";
import { localSupply, type Supply } from "../control-plane/controller/supply.ts";
import type { WriteBackOptions } from "../control-plane/controller/write-back.ts";
import { makeLogger } from "../control-plane/logging/make-logger.ts";
import { systemClock } from "../control-plane/time/clock.ts";
import { addFlags } from "./flag.ts";
import type { Finish } from "./main.ts";
import { type Cluster, openCluster } from "./open-cluster.ts";
import { type LogFlags, RUN_FLAGS, type RunFlags, type ServeFlags, type WriteBackFlags } from "./run-flags.ts";
import { Signals } from "./signals.ts";
import { startedWith, staticSettings } from "./static-flags.ts";
import { CommandFailure, type Terminal } from "./terminal.ts";
import { openManifests, translateOptions } from "./translate-options.ts";
import { limpetVersion } from "./version.ts";
import { webhookOptions } from "./webhook-options.ts";

/** By default; in a cluster a few seconds pass until every node has taken a pod out that is not ready. */
const LEAVE_SECONDS = 5;

export function logOf(flags: LogFlags): Logger {
  return makeLogger({ level: flags.logLevel, format: flags.logFormat ?? (process.stderr.isTTY ? "text" : "json") });
}

/**
 * Milliseconds, by default: replicas hear of a change within milliseconds of each other, a busy one within some hundred. More
 * would only leave new pods idle for longer.
 */
const JOIN_DELAY = 1000;

/** What differs between a folder of manifests and a cluster. */
interface Place {
  readonly supply: Supply;
  /** Where the admin port listens by default. */
  readonly adminAddress: string;
  /** Whether names may lead to addresses of this machine. */
  readonly specialAddresses: boolean;
  /** Seconds that it takes others to hear that this one is not ready, and to send nobody here. */
  readonly leaveSeconds: number;
  /** Milliseconds that it may take other replicas to hear of an Endpoint. */
  readonly joinDelay: number;
}

/** What `startLimpet` needs, from the flags of `run`. */
function limpetOptions(flags: ServeFlags, place: Place, log: Logger): LimpetOptions {
  const options = {
    version: limpetVersion(),
    supply: place.supply,
    translate: {
      ...translateOptions(flags, place.specialAddresses),
      startedWith: startedWith(flags),
      httpsPort: flags.httpsPort,
      join: { delay: flags.joinDelay ?? place.joinDelay, now: systemClock.now },
    },
    settings: staticSettings(flags),
    stateDirectory: flags.stateDir,
    httpPort: flags.httpPort,
    httpsPort: flags.httpsPort,
    bindAddresses: flags.bindAddress ?? everyAddress(),
    adminAddress: flags.adminAddress ?? place.adminAddress,
    adminPort: flags.adminPort,
    workers: flags.workers ?? "auto",
    graceSeconds: flags.shutdownGracePeriod,
    leaveSeconds: flags.shutdownDelay ?? place.leaveSeconds,
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

/** On manifests Limpet is alone on its machine: nobody else is to look in. */
export function manifestsOptions(flags: ServeFlags, manifests: string, log: Logger): LimpetOptions {
  const logger = { debug: (message: string) => log.debug(message) };
  const supply = localSupply(() => openManifests(manifests, flags, { logger }));
  const alone = { leaveSeconds: 0, joinDelay: 0 };
  return limpetOptions(flags, { supply, adminAddress: "127.0.0.1", specialAddresses: true, ...alone }, log);
}

function clusterOptions(flags: RunFlags, cluster: Cluster, log: Logger): LimpetOptions {
  const { keysSecret, watchNamespace } = flags;
  const { client, namespace } = cluster;
  const own = { client, namespace, keysSecret, log };
  const supply = clusterSupply(watchNamespace === undefined ? own : { ...own, watchNamespace });
  const others = { leaveSeconds: LEAVE_SECONDS, joinDelay: JOIN_DELAY };
  const place = { supply, adminAddress: "0.0.0.0", specialAddresses: false, ...others };
  const { admission, duty } = webhookOptions(flags, cluster, log);
  const writeBack = writeBackOptions(flags, cluster);
  return {
    ...limpetOptions(flags, place, log),
    writeBack: duty === undefined ? writeBack : { ...writeBack, duty },
    ...(admission !== undefined && { admission }),
  };
}

function writeBackOptions(flags: WriteBackFlags, { client, namespace }: Cluster): Omit<WriteBackOptions, "log"> {
  const { publishService, publishStatusAddress, electionId, leaderElection } = flags;
  if (publishService !== undefined && publishStatusAddress !== undefined) {
    throw new CommandFailure(
      2,
      "Name either --publish-service or --publish-status-address: a status says one of them.",
    );
  }
  const podName = process.env["POD_NAME"] || undefined;
  return {
    ...{ client, namespace },
    ...(podName !== undefined && { podName }),
    ...(leaderElection && { electionId }),
    ...(publishService !== undefined && { publishService }),
    ...(publishStatusAddress !== undefined && { publishAddresses: publishStatusAddress }),
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

/** Runs until a signal ends it. @param source for the log */
async function serve(options: LimpetOptions, source: Readonly<Record<string, string>>): Promise<void> {
  const { log } = options;
  const signals = new Signals();
  try {
    const limpet = await startOrFail(options);
    log.info({ http: options.httpPort, https: options.httpsPort, admin: limpet.adminPort, ...source }, "limpet runs");
    signals.onSecond(limpet.hurry);
    await signals.first;
    log.info("ending: requests may finish");
    await limpet.stop();
    log.info("ended");
  } finally {
    signals.release();
  }
}

async function run(flags: RunFlags): Promise<void> {
  const { manifests } = flags;
  if (manifests !== undefined && flags.validatingWebhook !== undefined) {
    throw new CommandFailure(2, "Leave --validating-webhook out: on manifests no API server asks.");
  }
  if (manifests !== undefined) return serve(manifestsOptions(flags, manifests, logOf(flags)), { manifests });
  const cluster = await openCluster(flags);
  try {
    await serve(clusterOptions(flags, cluster, logOf(flags)), { cluster: cluster.name });
  } finally {
    cluster.client.close();
  }
}

export function addRun(program: Command, _terminal: Terminal, _finish: Finish): void {
  const command = program.command("run").description("run the controller and NGINX");
  addFlags(command, RUN_FLAGS).action((flags: RunFlags) => run(flags));
}
