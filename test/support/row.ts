/** One line of the acceptance table: what a scenario cost, counted per session and per request. */
export interface Row {
  readonly row: string;
  /** Requests that failed. */
  readonly lost: number;
  /** Sessions that changed their endpoint. */
  readonly moved: number;
  /** Requests that reached more than one endpoint. */
  readonly duplicated: number;
  /** Milliseconds. */
  readonly p99: number;
}

export function printRow(row: Row): void {
  console.log(
    `row ${row.row}: lost ${row.lost}, moved ${row.moved}, duplicated ${row.duplicated}, p99 ${row.p99.toFixed(1)} ms`,
  );
}

/** The value below which this share of the samples lies; the samples are sorted by it. */
export function quantile(samples: number[], share: number): number {
  if (samples.length === 0) return 0;
  samples.sort((a, b) => a - b);
  return samples[Math.min(samples.length - 1, Math.ceil(share * samples.length) - 1)] ?? 0;
}
