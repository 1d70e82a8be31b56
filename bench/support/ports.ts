import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { RunningProcess } from "./processes.ts";

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

const START_TIMEOUT_MS = 120_000;
const RETRY_MS = 20;

/**
 * Waits until a process accepts connections on 127.0.0.1.
 * @throws Error with what the process wrote when it ends before that, or takes longer than two minutes
 */
export async function waitForPort(port: number, owner: RunningProcess, name: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await accepts(port))) {
    if (!owner.isRunning()) throw new Error(`${name} ended before it listened:\n${owner.output()}`);
    if (Date.now() > deadline) throw new Error(`${name} does not listen on port ${port}:\n${owner.output()}`);
    await pause(RETRY_MS);
  }
}
