import { readFile, writeFile } from "node:fs/promises";

/** What each case cost when it was last recorded. */
export interface Baseline {
  /** The NGINX that it was recorded with: another one costs something else. */
  readonly nginx: string;
  /** Names of cases → user instructions per request. */
  readonly cases: Readonly<Record<string, number>>;
}

const FILE = new URL("../baseline.json", import.meta.url);

/** @throws Error that says how to record a baseline when there is none */
export async function readBaseline(): Promise<Baseline> {
  try {
    return JSON.parse(await readFile(FILE, "utf8"));
  } catch (error) {
    throw new Error(`bench/baseline.json cannot be read; record it with: npm run bench:guard -- --record (${error})`);
  }
}

export async function writeBaseline(baseline: Baseline): Promise<void> {
  await writeFile(FILE, `${JSON.stringify(baseline, undefined, 2)}\n`);
}
