/** What a worker process counted for one Ingress and Service, as the data plane tells it and the control plane adds it up. */
export interface Tally {
  /** `namespace/name`; empty where no Route matched. */
  readonly ingress: string;
  /** `namespace/name:port`; empty where no Route matched. */
  readonly service: string;
  /** Pairs of a request key (the method's number × 1000 + the status) and a count. */
  readonly requests: readonly (readonly [number, number])[];
  readonly durations: TallyHistogram;
  readonly upstream: TallyHistogram;
  /** Outcome → reason → count. */
  readonly decisions: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** `address:port` → requests that went there last. */
  readonly endpoints: Readonly<Record<string, number>>;
}

/** A count for each bucket, not cumulative, one for what lies above all bounds, and the sum in seconds: one list, as there is one for each Ingress. */
export type TallyHistogram = readonly number[];

/** Upper bounds of the buckets, in seconds. */
export const BUCKETS: readonly number[] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Methods that are shown by name, in the order of their numbers; any other counts as the first. */
export const METHODS: readonly string[] = ["other", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
