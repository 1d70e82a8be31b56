/** One line of an exposition: a value with its labels, under the metric's name or a suffixed one. */
export interface Sample {
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

export type MetricType = "counter" | "gauge" | "histogram";

/** A metric that is read rather than kept. The name of a counter stands here without `_total`. */
export interface ReadMetric {
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  readonly samples: () => readonly Sample[];
}
