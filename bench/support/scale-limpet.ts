import { existsSync } from "node:fs";
import { rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Limpet, type LimpetOptions } from "../../test/support/limpet.ts";
import { packLimpet } from "../../test/support/packed.ts";
import { fileOf, hostOf, partObjects, partsOf } from "./scale-objects.ts";
import { cpuMilliseconds } from "./scale-process.ts";
import { quietest, watchStolenTime } from "./stolen-time.ts";

/** Longer than anything should take; milliseconds. */
const PATIENCE = 180_000;

/** From the last good Snapshot; odd, so that one of them is the median. */
const STARTS = 5;

/** Starts that are made for each that is wanted, at most. */
const TRIES = 3;

/** Part of the time of all cores, during a start that counts. */
const MOST_STOLEN = 0.01;

const running = new Set<Limpet>();

process.on("exit", () => {
  for (const { pid } of running) if (pid > 0) process.kill(pid, "SIGTERM");
});

/** Milliseconds since the process was started. */
export interface Start {
  readonly nginx: number;
  /** The source is read and translated; undefined when it was not. */
  readonly read?: number;
  /** What the first push took. */
  readonly push?: number;
  readonly ready: number;
  /** Of the controller until then. */
  readonly cpu: number;
}

async function until(what: string, limpet: Limpet, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  while (!(await Promise.resolve(condition()).catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}; printed:\n${limpet.log.slice(-2000)}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

interface Published {
  /** RFC 3339. */
  readonly time: string;
  readonly milliseconds: number;
}

/** The first push that the controller reported after a place in its log. */
function firstPush(log: string): Published | undefined {
  const line = log.split("\n").find((one) => one.includes('"published"'));
  return line === undefined ? undefined : (JSON.parse(line) as Published);
}

/** Starts the stopped process again and measures; `isUp` says what counts as its being up. */
async function measureStart(limpet: Limpet, isUp: () => Promise<boolean>): Promise<Start> {
  const from = limpet.log.length;
  const epoch = Date.now();
  const started = performance.now();
  const since = () => performance.now() - started;
  let nginx = 0;
  // Its own patience is made for small folders.
  void limpet.run().catch(() => undefined);
  const socket = join(limpet.state, "run", "control.sock");
  await until("NGINX", limpet, () => existsSync(socket));
  nginx = since();
  await until("readiness", limpet, isUp);
  const ready = since();
  const cpu = await cpuMilliseconds(limpet.pid);
  const push = firstPush(limpet.log.slice(from));
  const parts = push && { read: Date.parse(push.time) - push.milliseconds - epoch, push: push.milliseconds };
  return { nginx, ready, cpu, ...parts };
}

/** A start is measured on what the image runs. */
let packing: ReturnType<typeof packLimpet> | undefined;

/** A Limpet that does not run, and has nothing stored but what a first start makes: its keys. */
export async function prepare(options: LimpetOptions = {}): Promise<Limpet> {
  packing ??= packLimpet();
  const { launcher } = await packing;
  const limpet = await Limpet.start([], { launcher, https: true, ...options });
  running.add(limpet);
  await limpet.signal("SIGTERM");
  await rm(join(limpet.state, "snapshot.journal"), { force: true });
  return limpet;
}

/** One whose folder holds so many Ingresses. */
export async function prepareFolder(count: number, port: number): Promise<Limpet> {
  const limpet = await prepare();
  for (let part = 0; part < partsOf(count); part++) await limpet.write(partObjects(part, count, port), fileOf(part));
  return limpet;
}

/** Where the objects come from, as far as it can be put out of reach. */
export interface Supply {
  readonly takeAway: () => Promise<void>;
  readonly bringBack: () => Promise<void>;
}

/** The folder of manifests. */
export function folderOf({ manifests }: Limpet): Supply {
  const away = `${manifests}-away`;
  return { takeAway: () => rename(manifests, away), bringBack: () => rename(away, manifests) };
}

/** From nothing but the objects to `/readyz`. */
export function startCold(limpet: Limpet): Promise<Start> {
  return measureStart(limpet, async () => (await limpet.admin("/readyz")).status === 200);
}

/** Bytes of the journal, once there is one: it is written behind the controller's back. */
export async function journalLength(limpet: Limpet): Promise<number> {
  const path = join(limpet.state, "snapshot.journal");
  await until("the journal", limpet, () => existsSync(path));
  return (await stat(path)).size;
}

/** From the journal alone, with the objects out of reach, to the first answer of an Endpoint. */
async function startOnce(limpet: Limpet, supply: Supply): Promise<Start> {
  await limpet.signal("SIGTERM");
  await supply.takeAway();
  try {
    const isUp = async () => (await limpet.send({ host: hostOf(7) })).status === 200;
    // Nothing is read, so a push of the journal's entries has no change that its time could run from.
    const { nginx, ready, cpu } = await measureStart(limpet, isUp);
    return { nginx, ready, cpu };
  } finally {
    await supply.bringBack();
  }
}

/** Starts from the journal alone, those in which the machine ran for nobody else or the quietest; from quickest to slowest. */
export async function startsFromSnapshot(limpet: Limpet, supply: Supply): Promise<readonly Start[]> {
  const measure = () => watchStolenTime(() => startOnce(limpet, supply));
  const starts = await quietest(measure, { count: STARTS, most: TRIES * STARTS, stolen: MOST_STOLEN });
  return starts.map(({ value }) => value).sort((a, b) => a.ready - b.ready);
}

export async function end(limpet: Limpet): Promise<void> {
  await limpet.stop();
  running.delete(limpet);
  if (running.size > 0) return;
  const packed = packing;
  packing = undefined;
  await (await packed)?.remove();
}
