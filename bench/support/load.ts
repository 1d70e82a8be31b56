import type { Transport } from "../workload.ts";
import { runClients } from "./closed-loop.ts";
import { runH2load } from "./h2load.ts";
import { runWrk } from "./wrk.ts";

/** Requests to a proxy, as many as it answers. */
export interface LoadOptions {
  readonly transport: Transport;
  /** On 127.0.0.1. */
  readonly port: number;
  readonly path: string;
  /** The header lines of each client. */
  readonly headers: readonly (readonly string[])[];
  readonly connections: number;
  readonly seconds: number;
  /** A folder for files. */
  readonly directory: string;
  /** What runs the program that sends. */
  readonly runner: readonly string[];
}

export interface LoadResult {
  readonly requests: number;
  readonly requestsPerSecond: number;
}

/**
 * Sends as many requests as the proxy answers, for some seconds.
 * @throws Error when a request fails or a response is not a success
 */
export function runLoad(options: LoadOptions): Promise<LoadResult> {
  switch (options.transport) {
    case "plain":
    case "tls":
      return runWrk(options);
    case "http2":
      return runH2load(options);
    case "handshakes":
    case "resumptions":
      return runClients(options);
  }
}
