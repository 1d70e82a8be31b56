import type { RunningSubject, Subject } from "../subjects/subject.ts";
import type { Workload } from "../workload.ts";
import { type ClientOptions, closeClients, openClients } from "./client.ts";
import type { separateCores } from "./cores.ts";
import { cpuSeconds } from "./cpu-time.ts";
import { BODY_PATHS, type BodySize, type EndpointAddress } from "./endpoints.ts";
import { type LoadOptions, runLoad } from "./load.ts";
import type { RequestShape } from "./requests.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

export interface ThroughputOptions {
  readonly endpoints: readonly EndpointAddress[];
  /** Hosts with one Route each; the clients ask for one of them. */
  readonly routes: number;
  readonly cores: ReturnType<typeof separateCores>;
  readonly connections: number;
  /** Of one run. */
  readonly seconds: number;
  readonly body: BodySize;
  readonly request: RequestShape;
  readonly accessLog: boolean;
}

export interface Throughput {
  readonly requestsPerSecond: number;
  /** CPU of the proxy: user and system. */
  readonly microsecondsPerRequest: number;
  /** Part of its core that the proxy used: below about 0.95 the clients are what limits the throughput. */
  readonly busy: number;
}

/** A started subject whose clients have their cookies. */
export interface Contestant {
  readonly subject: Subject;
  readonly running: RunningSubject;
  /** The header lines of each client. */
  readonly headers: readonly (readonly string[])[];
  run(seconds: number): Promise<Throughput>;
  stop(): Promise<void>;
}

async function clientHeaders(options: ClientOptions, count: number): Promise<(readonly string[])[]> {
  const clients = await openClients(options, count);
  // One checked answer each: what sends the load looks at no more than the status.
  for (const client of clients) await client.send();
  closeClients(clients);
  return clients.map((client) => client.headers);
}

/** Starts a subject on the proxy's core and gets its clients their cookies. */
export async function startContestant(
  subject: Subject,
  workload: Workload,
  options: ThroughputOptions,
): Promise<Contestant> {
  const directory = temporaryDirectory(subject.name);
  const { affinity, transport } = workload;
  const running = await subject.start({
    ...options,
    directory,
    affinity,
    tls: transport !== "plain",
    runner: options.cores.proxy,
  });
  const headers = await clientHeaders({ ...options, subject, workload, port: running.port }, options.connections);
  const path = BODY_PATHS[options.body];
  const load = { ...options, transport, headers, directory, path, runner: options.cores.others };
  return {
    subject,
    running,
    headers,
    run: (seconds) => measureRun(running, { ...load, port: running.port, seconds }),
    stop: () => running.process.stop(),
  };
}

async function measureRun(running: RunningSubject, load: LoadOptions): Promise<Throughput> {
  const before = await cpuSeconds(running.process.pid);
  const { requests, requestsPerSecond } = await runLoad(load);
  const used = (await cpuSeconds(running.process.pid)) - before;
  return {
    requestsPerSecond,
    microsecondsPerRequest: (used * 1e6) / requests,
    busy: (used * requestsPerSecond) / requests,
  };
}
