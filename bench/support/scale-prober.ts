/**
 * Asks for a host that nobody serves once a millisecond on one connection at a time, and writes how long the answers
 * took as JSON. A process of its own, so that nothing else that a benchmark does delays it.
 *
 *     node bench/support/scale-prober.ts <port> <seconds>
 */
import net from "node:net";
import { fileURLToPath } from "node:url";

export const PROBER = fileURLToPath(import.meta.url);

/** Milliseconds. */
export interface Probe {
  readonly samples: number;
  readonly p50: number;
  readonly p999: number;
  readonly longest: number;
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

async function probe(port: number, seconds: number): Promise<Float64Array> {
  const took: number[] = [];
  const end = performance.now() + seconds * 1000;
  let socket = await connect(port);
  while (performance.now() < end) {
    const asked = performance.now();
    const answer = await ask(socket);
    took.push(performance.now() - asked);
    if (/^connection: close/im.test(answer)) {
      socket.destroy();
      socket = await connect(port);
    }
    await nextMillisecond();
  }
  socket.destroy();
  return Float64Array.from(took).sort();
}

function summary(sorted: Float64Array): Probe {
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { samples: sorted.length, p50: at(0.5), p999: at(0.999), longest: at(1) };
}

if (process.argv[1] === PROBER) {
  const sorted = await probe(Number(process.argv[2]), Number(process.argv[3]));
  process.stdout.write(JSON.stringify(summary(sorted)));
}
