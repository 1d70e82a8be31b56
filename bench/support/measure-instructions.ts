import type { Subject } from "../subjects/subject.ts";
import type { Workload } from "../workload.ts";
import { callgrindRunner, type Dump, takeDump } from "./callgrind.ts";
import { closeClients, openClients, sendInTurn, sendTogether } from "./client.ts";
import type { BodySize, EndpointAddress } from "./endpoints.ts";
import type { RequestShape } from "./requests.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

export interface InstructionsOptions {
  readonly endpoints: readonly EndpointAddress[];
  /** Hosts with one Route each; the clients ask for one of them. */
  readonly routes: number;
  /** The shorter of the two lengths; the longer is three times it. */
  readonly requests: number;
  readonly connections: number;
  /** All connections at the same time instead of one after another. */
  readonly together: boolean;
  readonly body: BodySize;
  readonly request: RequestShape;
  readonly accessLog: boolean;
}

export interface InstructionCount {
  readonly perRequest: number;
  /** callgrind's file on the longer length, and the requests that it covers; gone when this process ends. */
  readonly dumpFile: string;
  readonly dumpRequests: number;
}

/**
 * Enough for every trace of LuaJIT to be compiled and every connection to be open. With a handshake for each request
 * callgrind takes ten times as long, and what Lua does is little beside it.
 */
const WARM_UP_REQUESTS = { plain: 2000, tls: 2000, http2: 2000, handshakes: 300, resumptions: 300 } as const;

type CountRequests = (requests: number) => Promise<Dump>;

/** The difference of two lengths: what taking a dump costs, and what happens by the clock alone, cancels. */
async function takeDifference(count: CountRequests, warmUp: number, requests: number): Promise<InstructionCount> {
  await count(warmUp);
  const short = await count(requests);
  const long = await count(3 * requests);
  const perRequest = (long.instructions - short.instructions) / (2 * requests);
  return { perRequest, dumpFile: long.file, dumpRequests: 3 * requests };
}

/**
 * User instructions that one worker spends per request.
 * @throws Error when the subject does not start, or a response is not what the workload expects
 */
export async function measureInstructions(
  subject: Subject,
  workload: Workload,
  options: InstructionsOptions,
): Promise<InstructionCount> {
  const directory = temporaryDirectory(subject.name);
  const runner = callgrindRunner(directory);
  const { affinity, transport } = workload;
  const tls = transport !== "plain";
  const { port, process } = await subject.start({ ...options, directory, affinity, tls, runner });
  try {
    const clients = await openClients({ ...options, subject, workload, port }, options.connections);
    const send = options.together ? sendTogether : sendInTurn;
    const count = async (requests: number) => {
      await send(clients, requests);
      return takeDump(process.pid, directory);
    };
    const counted = await takeDifference(count, WARM_UP_REQUESTS[transport], options.requests);
    closeClients(clients);
    return counted;
  } finally {
    await process.stop();
  }
}
