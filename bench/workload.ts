/** How requests come: kept connections, without TLS and over it; a TLS connection for each, the same resumed; kept ones of HTTP/2 over TLS. */
export type Transport = "plain" | "tls" | "handshakes" | "resumptions" | "http2";

/** What the clients of a measurement do. */
export interface Workload {
  readonly name: string;
  /** What the Route says about affinity. */
  readonly affinity: "persistent" | "balanced" | "none";
  /** Whether the clients send the cookie that they got; without it each request is a first one. */
  readonly sendsCookie: boolean;
  readonly transport: Transport;
}

const STICK = { affinity: "persistent", sendsCookie: true } as const;

export const WORKLOADS: readonly Workload[] = [
  { name: "stick-persistent", ...STICK, transport: "plain" },
  { name: "stick-balanced", affinity: "balanced", sendsCookie: true, transport: "plain" },
  { name: "assign", affinity: "persistent", sendsCookie: false, transport: "plain" },
  { name: "no-affinity", affinity: "none", sendsCookie: false, transport: "plain" },
];

/** A stick over TLS. */
export const TLS_WORKLOADS: readonly Workload[] = [
  { name: "tls-stick", ...STICK, transport: "tls" },
  { name: "tls-handshake", ...STICK, transport: "handshakes" },
  { name: "tls-resumed", ...STICK, transport: "resumptions" },
  { name: "h2-stick", ...STICK, transport: "http2" },
];
