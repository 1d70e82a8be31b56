import type { RunningProcess } from "../support/processes.ts";
import type { RunningSubject, Subject, SubjectOptions } from "./subject.ts";

/** The endpoints belong to the benchmark, not to this subject. */
function notOurs(): RunningProcess {
  return { pid: process.pid, exited: Promise.resolve(), isRunning: () => true, output: () => "", stop: async () => {} };
}

async function start({ endpoints }: SubjectOptions): Promise<RunningSubject> {
  return { port: endpoints[0]?.port ?? 0, process: notOurs() };
}

/** The endpoints without a proxy: what a latency is compared with. */
export const direct: Subject = { name: "direct", title: "an endpoint without a proxy", issuesCookies: false, start };
