import { EventEmitter } from "node:events";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { StateDirectory } from "../state/state-directory.ts";
import { BackOff } from "../time/back-off.ts";
import { checkListen, type Listen } from "./check-listen.ts";
import { testConfig } from "./command.ts";
import { adoptNginx, describeEnding, type NginxEnding, type NginxProcess, startNginx } from "./nginx-process.ts";
import {
  answersControl,
  endNginx,
  isMaster,
  nginxProcesses,
  readPidFile,
  removeLeftovers,
  signal,
  waitUntil,
} from "./running-nginx.ts";

/** Before NGINX is started again, milliseconds: longer each time, until one has lived for a while. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** An NGINX that lived this long was well; milliseconds. */
const WELL_MS = 60_000;

/** @param aliveMs how long the NGINX that ended has lived @returns milliseconds to wait before the next one */
export function pauseAfter(backOff: BackOff, aliveMs: number): number {
  if (aliveMs >= WELL_MS) backOff.succeeded();
  return backOff.failed();
}

/** The part of the controller's log that is used here. */
export interface SupervisorLog {
  readonly info: (message: string) => void;
  readonly warn: (message: string) => void;
  readonly error: (message: string) => void;
}

export interface SupervisorOptions {
  /** Absolute path of NGINX. */
  readonly binary: string;
  /** The rendered nginx.conf. */
  readonly config: string;
  readonly directory: StateDirectory;
  /** What the configuration listens on, besides the control socket. */
  readonly listens: readonly Listen[];
  /** What an NGINX gets to finish its requests when a restarted controller replaces it. */
  readonly graceSeconds: number;
  readonly log: SupervisorLog;
}

export interface NginxStarted {
  readonly pid: number;
  /** It was running already and holds what was pushed before. */
  readonly adopted: boolean;
}

export interface SupervisorEvents {
  /** NGINX listens: a new one holds nothing and needs the whole Snapshot. */
  started: [NginxStarted];
  /** NGINX has ended, asked to or not. */
  exited: [NginxEnding];
}

/** What orphaned workers get to close their listening sockets; milliseconds. */
const CLOSE_MS = 2_000;

/** Keeps one NGINX running on a state directory, whose lock the caller holds. */
export class Supervisor extends EventEmitter<SupervisorEvents> {
  readonly #options: SupervisorOptions;
  readonly #text: string;
  readonly #backOff = new BackOff({ first: FIRST_PAUSE_MS, longest: LONGEST_PAUSE_MS });
  readonly #stopping = new AbortController();
  /** Masters that are dead while workers of theirs finish requests. */
  readonly #orphaned = new Set<number>();
  #current: NginxProcess | undefined;
  /** The start or restart that is under way. */
  #work: Promise<void> = Promise.resolve();

  constructor(options: SupervisorOptions) {
    super();
    this.#options = options;
    this.#text = options.config;
  }

  /** The master that runs; undefined while none does. */
  get pid(): number | undefined {
    return this.#current?.pid;
  }

  /**
   * Takes on the NGINX that an earlier controller left running with the same configuration, or starts one. From then
   * on an NGINX that ends is started again.
   *
   * @throws Error of one sentence, with the remedy, when NGINX cannot be started
   */
  start(): Promise<void> {
    const starting = this.#start();
    this.#work = starting.catch(() => {});
    return starting;
  }

  /**
   * Ends NGINX for good: running requests finish within the grace period. Afterwards no process of it, no socket and no
   * pid file is left.
   */
  async stop(graceSeconds: number): Promise<void> {
    this.#stopping.abort();
    await this.#work;
    const current = this.#current;
    // Our own connection must not keep a worker from ending.
    if (current?.adopted) current.unwatch();
    const masters = new Set([...this.#orphaned, ...(current ? [current.pid] : [])]);
    const { directory } = this.#options;
    await Promise.all([...masters].map((master) => endNginx(master, directory, graceSeconds * 1000)));
    if (masters.size > 0) removeLeftovers(directory);
    if (current?.adopted) this.#ended(current, { code: null, signal: null }, 0);
    else await current?.ended;
  }

  async #start(): Promise<void> {
    const { directory, binary, graceSeconds, log, listens } = this.#options;
    const master = readPidFile(directory);
    const running = master !== undefined && isMaster(master, directory) ? master : undefined;
    if (running !== undefined && (await this.#fits())) return this.#watch(adoptNginx(running, directory));
    if (running === undefined) {
      await this.#clear(master);
      await checkListen(listens);
      return this.#watch(await this.#launchOrTell());
    }
    writeFileSync(this.#draft, this.#text, { mode: 0o600 });
    await testConfig(binary, this.#draft, directory);
    log.info(
      `NGINX (process ${running}) differs from what is asked for now, or does not answer: it is ended gracefully and started anew`,
    );
    await endNginx(running, directory, graceSeconds * 1000);
    removeLeftovers(directory);
    await checkListen(listens);
    this.#watch(await this.#launch());
  }

  /** A test takes as long as a start: where nothing runs that could be lost it is only to tell why there was none. */
  async #launchOrTell(): Promise<NginxProcess> {
    try {
      return await this.#launch();
    } catch (error) {
      const { directory, binary } = this.#options;
      await testConfig(binary, directory.configFile, directory);
      throw error;
    }
  }

  get #draft(): string {
    return `${this.#options.directory.configFile}.new`;
  }

  /** Whether the NGINX that runs is the one that would be started. */
  async #fits(): Promise<boolean> {
    const { directory } = this.#options;
    try {
      return readFileSync(directory.configFile, "utf8") === this.#text && (await answersControl(directory));
    } catch {
      return false;
    }
  }

  /** nginx.conf always is what the NGINX that runs was started with: it changes at no other moment. */
  #launch(): Promise<NginxProcess> {
    const { directory, binary } = this.#options;
    writeFileSync(this.#draft, this.#text, { mode: 0o600 });
    renameSync(this.#draft, directory.configFile);
    return startNginx(binary, directory);
  }

  #watch(process: NginxProcess): void {
    const { pid, adopted, ended } = process;
    const since = performance.now();
    this.#current = process;
    ended.then((ending) => this.#ended(process, ending, performance.now() - since));
    this.#options.log.info(adopted ? `NGINX (process ${pid}) goes on running` : `NGINX runs (process ${pid})`);
    this.emit("started", { pid, adopted });
  }

  #ended(process: NginxProcess, ending: NginxEnding, aliveMs: number): void {
    if (this.#current !== process) return;
    this.#current = undefined;
    if (!this.#stopping.signal.aborted) {
      this.#options.log.error(
        `NGINX (process ${process.pid}) has ended (${describeEnding(ending)}): it is started again`,
      );
      this.#work = this.#restart(process.pid, aliveMs);
    }
    this.emit("exited", ending);
  }

  async #restart(master: number, aliveMs: number): Promise<void> {
    const { signal } = this.#stopping;
    let wait = pauseAfter(this.#backOff, aliveMs);
    while (!signal.aborted) {
      await delay(wait, undefined, { signal }).catch(() => {});
      if (signal.aborted) break;
      try {
        await this.#clear(master);
        await checkListen(this.#options.listens);
        return this.#watch(await this.#launch());
      } catch (error) {
        wait = this.#backOff.failed();
        this.#options.log.error(`${(error as Error).message} The next attempt follows in ${wait} ms`);
      }
    }
    this.#orphaned.add(master);
  }

  /** Makes room after a master that is dead: its workers stop listening and finish their requests aside. */
  async #clear(master: number | undefined): Promise<void> {
    const { directory, listens, log } = this.#options;
    const orphans = master === undefined ? [] : nginxProcesses(master, directory);
    if (master !== undefined && orphans.length > 0) {
      log.warn(`Workers of an NGINX that died are left (processes ${orphans.join(", ")}): they are ended`);
      this.#orphaned.add(master);
      signal(orphans, "SIGQUIT");
      const free = async () => checkListen(listens).then(returnTrue, returnFalse);
      if (!(await waitUntil(free, CLOSE_MS))) await endNginx(master, directory, 0);
    }
    removeLeftovers(directory);
  }
}

const returnTrue = () => true;
const returnFalse = () => false;
