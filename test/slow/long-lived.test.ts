import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { describe, it } from "node:test";
import { Limpet } from "../support/limpet.ts";
import { ingress, type Manifest, service, slices, sticky } from "../support/manifests.ts";
import { printRow } from "../support/row.ts";
import { echo, startEcho, upgrade } from "../support/web-sockets.ts";

const HOST = "ws.test";
const SOCKETS = 1000;
const CHANGES = 100;
/** So many are opened at the same time. */
const TOGETHER = 50;

type Echo = Awaited<ReturnType<typeof startEcho>>;

function named(echoing: Echo, i: number) {
  return { name: `echo-${i}`, address: "127.0.0.1", port: echoing.port };
}

function objects(first: Echo, second: Echo, state: "ready" | "draining"): Manifest[] {
  return [
    ingress({ name: "ws", host: HOST, annotations: sticky({ "affinity-mode": "persistent" }) }),
    service(),
    ...slices([{ endpoint: named(first, 0), state }, { endpoint: named(second, 1) }]),
  ];
}

async function openAll(port: number): Promise<Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < SOCKETS) {
    const more = await Promise.all(Array.from({ length: TOGETHER }, () => upgrade(port, HOST)));
    sockets.push(...more.map(({ socket }) => socket));
  }
  return sockets;
}

/** How many of them do not answer any more. */
async function dropped(sockets: readonly Socket[], text: string): Promise<number> {
  const answers = await Promise.allSettled(sockets.map((socket) => echo(socket, text)));
  return answers.filter((answer) => answer.status === "rejected" || answer.value !== text).length;
}

describe("a thousand WebSockets", () => {
  it("outlive a hundred changes of routes, and the drain of an endpoint", async () => {
    const first = await startEcho();
    const second = await startEcho();
    const limpet = await Limpet.start(objects(first, second, "ready"), { workers: 2 });
    try {
      const sockets = await openAll(limpet.httpPort);
      assert.equal(await dropped(sockets, "before"), 0);
      for (let i = 0; i < CHANGES; i++) {
        await limpet.apply([ingress({ name: "churn", host: `churn-${i}.test` })], "churn.json");
      }
      await limpet.apply(objects(first, second, "draining"));
      const lost = await dropped(sockets, "after");
      printRow({ row: "18 (WebSockets)", lost, moved: 0, duplicated: 0, p99: 0 });
      assert.equal(lost, 0);
      // The control: they do end with their endpoint, so this would see it.
      first.close();
      second.close();
      assert.equal(await dropped(sockets, "gone"), SOCKETS);
    } finally {
      first.close();
      second.close();
      await limpet.stop();
    }
  });
});
