/**
 * Asks for a host that nobody serves once a millisecond on one connection at a time, and writes how long the answers
 * took as JSON. A process of its own, so that nothing else that a benchmark does delays it.
 *
 *     node bench/support/scale-prober.ts <port> <seconds> <pid of the worker>
 */
import { readFileSync } from "node:fs";
import net from "node:net";
import { fileURLToPath } from "node:url";

export const PROBER = fileURLToPath(import.meta.url);

/** Of each answer, in the order of the answers; milliseconds. */
export interface Samples {
  readonly took: readonly number[];
  /**
   * What the worker ran until it answered. An answer that took longer waited for somebody else: for this process, or for
   * whom the machine ran meanwhile.
   */
  readonly worked: readonly number[];
}

const REQUEST = "GET / HTTP/1.1\r\nHost: nobody.test\r\n\r\n";

/** Whether the whole answer is there; every answer has a body of a known length. */
function isWhole(answer: string): boolean {
  const head = answer.indexOf("\r\n\r\n");
  if (head < 0) return false;
  const length = /content-length: (\d+)/i.exec(answer);
  return length === null ? answer.endsWith("0\r\n\r\n") : answer.length >= head + 4 + Number(length[1]);
}

function ask(socket: net.Socket): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let answer = "";
  const take = (chunk: Buffer) => {
    answer += chunk.toString("latin1");
    if (!isWhole(answer)) return;
    socket.off("data", take).off("error", reject);
    resolve(answer);
  };
  socket.on("data", take).once("error", reject);
  socket.write(REQUEST);
  return promise;
}

async function connect(port: number): Promise<net.Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = net.connect(port, "127.0.0.1", resolve).once("error", reject);
  await promise;
  return socket.setNoDelay(true).off("error", reject);
}

function nextMillisecond(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}

/** Milliseconds that the main thread of a process has run so far, to the nanosecond. */
function ranMilliseconds(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/schedstat`, "latin1").split(" ")[0]) / 1e6;
}

async function probe(port: number, seconds: number, worker: number): Promise<Samples> {
  const [took, worked]: [number[], number[]] = [[], []];
  const end = performance.now() + seconds * 1000;
  let socket = await connect(port);
  while (performance.now() < end) {
    const [asked, ran] = [performance.now(), ranMilliseconds(worker)];
    const answer = await ask(socket);
    took.push(performance.now() - asked);
    worked.push(ranMilliseconds(worker) - ran);
    if (/^connection: close/im.test(answer)) {
      socket.destroy();
      socket = await connect(port);
    }
    await nextMillisecond();
  }
  socket.destroy();
  return { took, worked };
}

if (process.argv[1] === PROBER) {
  const [port, seconds, worker] = process.argv.slice(2).map(Number) as [number, number, number];
  process.stdout.write(JSON.stringify(await probe(port, seconds, worker)));
}
