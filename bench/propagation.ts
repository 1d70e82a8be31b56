/**
 * How long a saved file takes to be live in every worker: a benchmark, so it prints and asserts nothing.
 *
 *     node bench/propagation.ts [changes]
 */
import http from "node:http";
import { startEndpoint } from "../test/support/endpoints.ts";
import { Limpet } from "../test/support/limpet.ts";
import { ingress, service, slices } from "../test/support/manifests.ts";
import { quantile } from "../test/support/row.ts";

const changes = Number(process.argv[2] ?? 200);
const endpoint = await startEndpoint("one");
const limpet = await Limpet.start([service(), ...slices([endpoint])], { workers: 2 });
const milliseconds: number[] = [];

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

/**
 * From the moment that the file is complete to the first request that finds the route. Every worker asks for the
 * generation, so one that has it speaks for all. Asked once a millisecond: a client without a pause would keep a core
 * busy that the controller needs.
 */
async function measureOne(i: number): Promise<number> {
  const host = `route-${i}.test`;
  await limpet.write([ingress({ name: "route", host })], "route.json");
  const saved = performance.now();
  while ((await limpet.send({ host, agent })).status !== 200) await new Promise((resolve) => setTimeout(resolve, 1));
  return performance.now() - saved;
}

try {
  for (let i = 0; i < changes; i++) {
    milliseconds.push(await measureOne(i));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const [p50, p99, most] = [0.5, 0.99, 1].map((share) => quantile(milliseconds, share).toFixed(1));
  console.log(`row 2: ${changes} changes, file saved → route answers: p50 ${p50} ms, p99 ${p99} ms, most ${most} ms`);
} finally {
  agent.destroy();
  await limpet.stop();
  await endpoint.kill();
}
