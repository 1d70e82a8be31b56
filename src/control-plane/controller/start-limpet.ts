import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import type { Logger } from "pino";
import type { Route } from "../../snapshot/model.ts";
import { AdminServer, type AdminView, type HealthView } from "../admin/admin-server.ts";
import { describeSnapshot } from "../admin/describe-snapshot.ts";
import { Admission, type AdmissionOptions } from "../admission/admission.ts";
import { keepOwnCertificate } from "../certificates/own-certificate.ts";
import { explain } from "../explain/explain.ts";
import type { ControllerFacts } from "../metrics/controller-metrics.ts";
import { Metrics } from "../metrics/metrics.ts";
import { readTallies } from "../metrics/read-tallies.ts";
import { openNames } from "../names/open-names.ts";
import { listens } from "../nginx/check-listen.ts";
import { dataPlaneFingerprint } from "../nginx/data-plane-fingerprint.ts";
import { findNginx, type NginxInstallation } from "../nginx/find-nginx.ts";
import { renderConfig } from "../nginx/render-config.ts";
import { isAnyLeft } from "../nginx/running-nginx.ts";
import type { StaticSettings } from "../nginx/static-settings.ts";
import { Supervisor } from "../nginx/supervisor.ts";
import type { Ingress } from "../objects/model.ts";
import { projectFile } from "../project/project-file.ts";
import { ControlClient } from "../publish/control-client.ts";
import { Journal } from "../publish/journal.ts";
import { Publisher } from "../publish/publisher.ts";
import { acquireLock, type Lock } from "../state/lock.ts";
import { prepareStateDirectory, type StateDirectory } from "../state/state-directory.ts";
import { systemClock } from "../time/clock.ts";
import { pause } from "../time/pause.ts";
import { StoredBackends } from "../translate/stored-backends.ts";
import type { TranslateOptions } from "../translate/translate-options.ts";
import { storedPlaces } from "../trust/stored-places.ts";
import { makeTrustFiles, NOBODY_FILE, TrustDirectory } from "../trust/trust-directory.ts";
import { Controller } from "./controller.ts";
import { KeyedTranslation } from "./keyed-translation.ts";
import { tellAll } from "./observer.ts";
import { openFilesLimit } from "./open-files.ts";
import type { Supply } from "./supply.ts";
import { WriteBack, type WriteBackOptions } from "./write-back.ts";

export interface LimpetOptions {
  /** Of Limpet. */
  readonly version: string;
  readonly supply: Supply;
  /** What is written back to a cluster; absent: there is none. */
  readonly writeBack?: Omit<WriteBackOptions, "log">;
  /** The admission webhook; absent: nobody is asked before an Ingress is written. */
  readonly admission?: Omit<AdmissionOptions, "annotationPrefixes" | "log">;
  readonly translate: Omit<TranslateOptions, "keys">;
  readonly stateDirectory: string;
  readonly httpPort: number;
  /** 0 switches HTTPS off. */
  readonly httpsPort: number;
  /** As NGINX writes addresses. Never empty. */
  readonly bindAddresses: readonly string[];
  readonly adminAddress: string;
  readonly adminPort: number;
  readonly workers: number | "auto";
  /** The binary, or its name; found by itself when absent. */
  readonly nginx?: string;
  readonly graceSeconds: number;
  /** How long new connections are served after a stop was asked for, until everybody has heard that we are not ready. */
  readonly leaveSeconds: number;
  /** Who is asked for addresses of names; as the system is configured when absent. */
  readonly dnsServers?: readonly string[];
  /** `stdout`, `off`, or an absolute path. */
  readonly accessLog: string;
  readonly accessLogFormat: "json" | "text";
  readonly settings: StaticSettings;
  readonly log: Logger;
}

/** A controller and its NGINX. */
export interface RunningLimpet {
  readonly adminPort: number;
  /**
   * Ends both: not ready from now on; after the time for leaving, requests finish within the grace period; nothing is
   * left running.
   */
  readonly stop: () => Promise<void>;
  /** Cuts a `stop` short that is under way: requests are broken off. */
  readonly hurry: () => Promise<void>;
}

/** For each of the two halves that hold a Snapshot; pages that nobody writes take no memory. */
const SHARED_MEMORY_MEGABYTES = 256;

/** The first that opens a store of authorities when it looks for one. */
const OLDEST_OPENSSL = 3;

/** The compiled data plane. */
const LUA_PATH = projectFile("build/lua");

/** Whose requests are told apart in the metrics: `ingress service`, for a canary's share as well. */
function countedAs({ ingress, service, policies }: Route): string[] {
  const own = `${ingress} ${service}`;
  return policies?.canary === undefined ? [own] : [own, `${ingress} ${policies.canary.service}`];
}

/** What nginx.conf can hold with this NGINX: an older OpenSSL reads authorities when it starts, and only then. */
function usableSettings({ settings, log }: LimpetOptions, { openssl }: NginxInstallation): StaticSettings {
  if (settings.upstreamAuthorities === 0 || Number.parseInt(openssl, 10) >= OLDEST_OPENSSL) return settings;
  log.warn({ openssl }, "this NGINX cannot verify endpoints, which takes OpenSSL 3; proxy-ssl-verify closes Routes");
  return { ...settings, upstreamAuthorities: 0 };
}

/** @throws Error when there is no compiled data plane */
function fingerprintOfDataPlane(): string {
  if (existsSync(join(LUA_PATH, "data-plane", "main.lua"))) return dataPlaneFingerprint(LUA_PATH);
  throw new Error(`The data plane is not compiled (nothing in ${LUA_PATH}): run npm run build.`);
}

async function makeSupervisor(
  options: LimpetOptions,
  directory: StateDirectory,
  { binary, modulePaths }: NginxInstallation,
  fingerprint: string,
): Promise<Supervisor> {
  const { httpPort, httpsPort, bindAddresses, workers, accessLog, accessLogFormat, graceSeconds, log } = options;
  const { pidFile, controlSocket, certificateFile } = directory;
  if (httpsPort !== 0) await keepOwnCertificate(certificateFile);
  const config = renderConfig({
    ...{ httpPort, httpsPort, bindAddresses, workers, accessLog, accessLogFormat },
    ...{ pidFile, controlSocket, certificateFile, modulePaths },
    // NGINX is started in it.
    temporaryDirectory: ".",
    trustDirectory: relative(directory.temporaryDirectory, directory.trustDirectory),
    nobodyFile: join(directory.trustDirectory, NOBODY_FILE),
    openFiles: openFilesLimit(),
    luaPath: LUA_PATH,
    fingerprint,
    shutdownGracePeriodSeconds: graceSeconds,
    sharedMemoryMegabytes: SHARED_MEMORY_MEGABYTES,
    settings: options.settings,
  });
  const ports = listens(bindAddresses, [httpPort, httpsPort]);
  return new Supervisor({ binary, config, directory, listens: ports, graceSeconds, log });
}

function healthOf(supervisor: Supervisor): HealthView {
  const pid = supervisor.pid;
  const reason = pid === undefined ? "NGINX does not run" : "alive";
  return { ok: pid !== undefined, reason, details: { controller: process.pid, nginx: pid ?? null } };
}

interface Parts {
  readonly controller: Controller;
  readonly publisher: Publisher;
  readonly supervisor: Supervisor;
  readonly translation: KeyedTranslation;
  readonly channel: ControlClient;
  readonly writeBack: WriteBack | undefined;
}

function makeMetrics(version: string, parts: Parts, socket: string): Metrics {
  const { controller, publisher, supervisor, translation, channel, writeBack } = parts;
  const facts = async (): Promise<ControllerFacts> => ({
    version,
    generation: publisher.generation,
    dataPlane: await channel.state().catch(() => undefined),
    refusals: publisher.refusals,
    problems: controller.problems(),
    backends: translation.backends(),
    certificates: translation.certificates(),
    routes: new Set(translation.routes().flatMap(({ route }) => countedAs(route))),
    sources: controller.sources(),
    leader: writeBack?.leading,
  });
  const readReading = async () => ({ run: String(supervisor.pid), tallies: await readTallies(socket) });
  const metrics = new Metrics({ readTallies: readReading, facts });
  publisher.on("accepted", ({ milliseconds }) => metrics.propagated(milliseconds));
  return metrics;
}

function viewOf({ controller, publisher, supervisor }: Parts, metrics: Metrics): AdminView {
  return {
    health: () => healthOf(supervisor),
    readiness: () => {
      const health = healthOf(supervisor);
      return health.ok ? controller.readiness() : health;
    },
    snapshot: () => describeSnapshot(publisher.generation, publisher.served, (object) => controller.originOf(object)),
    problems: () => controller.problems(),
    metrics: (accept) => metrics.expose(accept),
    explain: (request, seed) => {
      const now = Date.now() / 1000;
      return explain(request, publisher.served, seed === undefined ? { now } : { now, seed });
    },
  };
}

function makeWriteBack({ writeBack, log }: LimpetOptions, translation: KeyedTranslation): WriteBack | undefined {
  if (writeBack === undefined) return undefined;
  const objects = {
    ours: (name: string) => translation.ours(name),
    service: (name: string) => translation.service(name),
    isOurs: (ingress: Ingress) => translation.isOurs(ingress),
  };
  return new WriteBack({ ...writeBack, log }, objects);
}

function makeAdmission(options: LimpetOptions, translation: KeyedTranslation): Admission | undefined {
  const { admission, translate, log } = options;
  if (admission === undefined) return undefined;
  const known = {
    ours: (name: string) => translation.ours(name),
    isOurs: (ingress: Ingress) => translation.isOurs(ingress),
    global: () => translation.global(),
  };
  return new Admission({ ...admission, annotationPrefixes: translate.annotationPrefixes, log }, known);
}

/** What was started, to be ended in the opposite order; also when a later part does not start. */
class Endings {
  readonly #endings: (() => unknown)[] = [];

  add(ending: () => unknown): void {
    this.#endings.unshift(ending);
  }

  async run(): Promise<void> {
    for (const ending of this.#endings.splice(0)) await ending();
  }
}

/** Starts NGINX while the rest is made ready: it reads its configuration on a core of its own. Ended when a later part does not start. */
function startAhead(supervisor: Supervisor, graceSeconds: number, endings: Endings): Promise<void> {
  endings.add(() => supervisor.stop(graceSeconds));
  const starting = supervisor.start();
  starting.catch(() => {});
  return starting;
}

async function assemble(asked: LimpetOptions, directory: StateDirectory, endings: Endings): Promise<RunningLimpet> {
  const { log, graceSeconds, leaveSeconds } = asked;
  const report = (message: string) => log.warn(message);
  const nginx = await findNginx(asked.nginx === undefined ? {} : { binary: asked.nginx });
  const options = { ...asked, settings: usableSettings(asked, nginx) };
  const { upstreamAuthorities } = options.settings;
  const isLeft = isAnyLeft(directory);
  makeTrustFiles(directory.trustDirectory, upstreamAuthorities);
  const fingerprint = fingerprintOfDataPlane();
  const supervisor = await makeSupervisor(options, directory, nginx, fingerprint);
  // One that an earlier run left serves on until everything else stands: a start that fails does it no harm.
  const ahead = isLeft ? undefined : startAhead(supervisor, graceSeconds, endings);
  const journal = await Journal.open(join(directory.path, "snapshot.journal"), { report });
  endings.add(() => journal.close());
  const stored = journal.stored;
  const storedBackends = new StoredBackends(stored?.entries);
  const trust = new TrustDirectory({
    folder: directory.trustDirectory,
    count: upstreamAuthorities,
    stored: storedPlaces(stored?.entries),
    nginxRuns: isLeft,
  });
  const translation = new KeyedTranslation({ ...options.translate, trust, stored: (id) => storedBackends.take(id) });
  const openSource = await options.supply.prepare(join(directory.path, "keys"), (keys) => translation.useKeys(keys));
  const channel = new ControlClient(directory.controlSocket);
  const publisher = new Publisher({ channel, journal, stored, fingerprint });
  const { book: names, close: closeNames } = await openNames(directory.path, options.dnsServers, report);
  endings.add(closeNames);
  const hasStored = stored !== undefined;
  const { storedFirst } = options.supply;
  const writeBack = makeWriteBack(options, translation);
  const admission = makeAdmission(options, translation);
  const observer = tellAll([writeBack, admission].filter((it) => it !== undefined));
  const inputs = { openSource, names, translation };
  const controller = new Controller({ ...inputs, publisher, log, hasStored, storedFirst, observer });
  translation.on("rekeyed", (changed) => controller.rekeyed(changed));
  const parts: Parts = { controller, publisher, supervisor, translation, channel, writeBack };
  const metrics = makeMetrics(options.version, parts, directory.controlSocket);
  const admin = new AdminServer(viewOf(parts, metrics), (err) => log.error({ err }, "a bug"));
  const adminPort = await admin.listen(options.adminAddress, options.adminPort);
  endings.add(() => admin.close());
  if (admission !== undefined) {
    endings.add(() => admission.stop());
    await admission.start();
  }
  supervisor.on("started", () => publisher.connect());
  if (supervisor.pid !== undefined) publisher.connect();
  endings.add(() => controller.stop());
  endings.add(() => {
    publisher.stop();
    channel.close();
    return supervisor.stop(graceSeconds);
  });
  endings.add(() => controller.beginStop());
  // While NGINX reads its configuration.
  if (ahead !== undefined) publisher.encodeAhead();
  await Promise.all([ahead ?? supervisor.start(), controller.start()]);
  writeBack?.start();
  const hurrying = new AbortController();
  const stop = async () => {
    controller.leave();
    // The statuses say that we are gone while the last requests are still being answered.
    const written = writeBack?.stop();
    await pause(systemClock, leaveSeconds * 1000, hurrying.signal);
    await Promise.all([endings.run(), written]);
  };
  const hurry = () => {
    hurrying.abort();
    return supervisor.stop(0);
  };
  return { adminPort, stop, hurry };
}

/**
 * Starts everything: the state directory, the journal, NGINX, the admin server, the source. Resolves once NGINX listens
 * and the source has delivered, or the last good snapshot stands in for it; ready is what `/readyz` says.
 *
 * @throws Error with one sentence and its remedy for the operator; nothing is left running then
 */
export async function startLimpet(options: LimpetOptions): Promise<RunningLimpet> {
  const directory = prepareStateDirectory(options.stateDirectory);
  const lock: Lock = acquireLock(directory.lockFile);
  const endings = new Endings();
  endings.add(() => lock.release());
  try {
    return await assemble(options, directory, endings);
  } catch (error) {
    await endings.run();
    throw error;
  }
}
