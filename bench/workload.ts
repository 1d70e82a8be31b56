/** What the clients of a measurement do. */
export interface Workload {
  readonly name: string;
  /** What the Route says about affinity. */
  readonly affinity: "persistent" | "balanced" | "none";
  /** Whether the clients send the cookie that they got; without it each request is a first one. */
  readonly sendsCookie: boolean;
}

export const WORKLOADS: readonly Workload[] = [
  { name: "stick-persistent", affinity: "persistent", sendsCookie: true },
  { name: "stick-balanced", affinity: "balanced", sendsCookie: true },
  { name: "assign", affinity: "persistent", sendsCookie: false },
  { name: "no-affinity", affinity: "none", sendsCookie: false },
];
