import type { EndpointAddress } from "../support/endpoints.ts";
import type { RunningProcess } from "../support/processes.ts";
import type { Workload } from "../workload.ts";

export const COOKIE_NAME = "INGRESSCOOKIE";
export const HOST = "shop.example.com";

/** The hosts of a subject's Routes: HOST, which the clients ask for, and others around it. */
export function hostsOf(routes: number): readonly string[] {
  const middle = routes >> 1;
  return Array.from({ length: routes }, (_, number) => (number === middle ? HOST : `shop-${number}.example.com`));
}

export interface SubjectOptions {
  /** An empty folder for its files. */
  readonly directory: string;
  readonly endpoints: readonly EndpointAddress[];
  readonly affinity: Workload["affinity"];
  /** How many hosts it serves, each with one Route, all to the same endpoints; the clients ask for one of them. */
  readonly routes: number;
  readonly accessLog: boolean;
  /** Whether its port speaks TLS, and HTTP/2 with clients that ask for it, under the certificate of all. */
  readonly tls: boolean;
  /** What runs it: `valgrind …`, `taskset …`, or nothing. */
  readonly runner: readonly string[];
}

/**
 * Adds a host with a Route or takes it away again, in turn; resolves when it is live.
 * @param number counts the changes, from 0
 */
export type ChangeRoute = (number: number) => Promise<void>;

export interface RunningSubject {
  /** On 127.0.0.1. */
  readonly port: number;
  /** The one process that serves. */
  readonly process: RunningProcess;
  /** Only where that can be had without a reload. */
  readonly changeRoute?: ChangeRoute;
}

/** A proxy that is measured. */
export interface Subject {
  readonly name: string;
  /** For people: what it is, in a few words. */
  readonly title: string;
  /** False: it sends a client by whatever cookie the client has, and issues none. */
  readonly issuesCookies: boolean;
  /** Starts it with one worker, as one process, and waits until it serves. */
  start(options: SubjectOptions): Promise<RunningSubject>;
}
