/** One line of an exposition: a value with its labels, under the metric's name or that with a suffix. */
export interface Sample {
  /** `_bucket`, `_sum`, `_count`; absent: none. */
  readonly suffix?: string;
  /** As `renderLabels` writes them. */
  readonly labels: string;
  readonly value: number;
}

export type MetricType = "counter" | "gauge" | "histogram";

/** A metric that is read rather than kept. The name of a counter stands here without `_total`. */
export interface ReadMetric {
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  /** There may be hundreds of thousands of them: they are made one by one, while they are written. */
  readonly samples: () => Iterable<Sample>;
}

const SPECIAL = /["\\\n]/g;

function escaped(value: string): string {
  return value.replace(SPECIAL, (character) => (character === "\n" ? "\\n" : `\\${character}`));
}

/** Labels as they stand between braces: `namespace="shop",ingress="web"`; empty when there are none. */
export function renderLabels(labels: Readonly<Record<string, string | number>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(String(value))}"`)
    .join(",");
}
