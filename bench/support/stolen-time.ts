import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { performance } from "node:perf_hooks";

/** Of a value in /proc/stat (proc(5)): a hundredth of a second on every Linux. */
const TICK_SECONDS = 0.01;

/** Where `steal` stands in the line of all cores, behind its name. */
const STEAL = 7;

/** Seconds since the start of the machine for which a core had work and the hypervisor ran somebody else; all cores together. */
async function stolenSeconds(): Promise<number> {
  const [all = ""] = (await readFile("/proc/stat", "utf8")).split("\n");
  const fields = all.split(/\s+/).slice(1);
  return Number(fields[STEAL] ?? 0) * TICK_SECONDS;
}

/** A measurement, and how much of the machine others had meanwhile. */
export interface Watched<T> {
  readonly value: T;
  /** Part of the time of all cores, 0 to 1, to a hundredth of a second. */
  readonly stolen: number;
}

/** Measures, and says how much of the machine others had meanwhile. */
export async function watchStolenTime<T>(measure: () => Promise<T>): Promise<Watched<T>> {
  const [before, start] = [await stolenSeconds(), performance.now()];
  const value = await measure();
  const seconds = (performance.now() - start) / 1000;
  return { value, stolen: ((await stolenSeconds()) - before) / (seconds * availableParallelism()) };
}

export interface QuietLimits {
  /** Measurements that are wanted. */
  readonly count: number;
  /** Measurements after which the quietest so far must do. */
  readonly most: number;
  /** A measurement is quiet when others had no more than this meanwhile: part of the time of all cores. */
  readonly stolen: number;
}

/**
 * Measures until enough measurements were quiet, or too many were not; gives the quietest, in the order in which they
 * were taken. On a machine whose cores are shared with others, what was taken while they ran says nothing.
 * @param measure takes one more measurement
 */
export async function quietest<T>(
  measure: () => Promise<Watched<T>>,
  { count, most, stolen }: QuietLimits,
): Promise<readonly Watched<T>[]> {
  const taken: Watched<T>[] = [];
  const isQuiet = (one: Watched<T>) => one.stolen <= stolen;
  while (taken.filter(isQuiet).length < count && taken.length < most) taken.push(await measure());
  const limit = taken.map((one) => one.stolen).sort((a, b) => a - b)[count - 1] ?? Number.POSITIVE_INFINITY;
  return taken.filter((one) => one.stolen <= limit).slice(0, count);
}

/** The first measurement that was quiet, or the quietest of as many as may be taken. */
export async function quietOne<T>(
  measure: () => Promise<Watched<T>>,
  limits: Omit<QuietLimits, "count">,
): Promise<Watched<T>> {
  const [one] = await quietest(measure, { ...limits, count: 1 });
  return one as Watched<T>;
}
