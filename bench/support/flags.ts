/** A mistake on the command line: its message says what is right. */
export class UsageError extends Error {}

interface Named {
  readonly name: string;
}

/**
 * The things that a comma-separated list names; all of them when there is no list.
 * @throws UsageError for a name that is none of them
 */
export function pickNamed<T extends Named>(flag: string, list: string | undefined, all: readonly T[]): readonly T[] {
  if (list === undefined) return all;
  return list.split(",").map((name) => {
    const found = all.find((one) => one.name === name);
    if (found !== undefined) return found;
    throw new UsageError(`--${flag}: "${name}" is none of ${all.map((one) => one.name).join(", ")}`);
  });
}

/** @throws UsageError when the text is no whole number of at least `least` */
export function wholeNumber(flag: string, text: string, least: number): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw new UsageError(`--${flag}: "${text}" is no whole number of at least ${least}`);
}

/** @throws UsageError when the text is none of the values */
export function oneOf<T extends string>(flag: string, text: string, values: readonly T[]): T {
  const found = values.find((value) => value === text);
  if (found !== undefined) return found;
  throw new UsageError(`--${flag}: "${text}" is none of ${values.join(", ")}`);
}

/** Runs a benchmark; an error becomes one sentence and status 1, a mistake on the command line status 2. */
export async function runMain(main: () => Promise<void>): Promise<void> {
  try {
    await main();
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(isUsageError(error) ? 2 : 1);
  }
}

function isUsageError(error: unknown): boolean {
  if (error instanceof UsageError) return true;
  return error instanceof Error && String(Object(error).code).startsWith("ERR_PARSE_ARGS");
}
