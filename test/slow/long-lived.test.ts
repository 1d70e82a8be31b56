import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { describe, it } from "node:test";
import { Conversation, countOver } from "../support/conversation.ts";
import { call, connectHttp2, startGrpcServer } from "../support/grpc.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, type Manifest, type SliceEntry, service, slices, sticky } from "../support/manifests.ts";
import { printRow } from "../support/row.ts";
import { echo, startEcho, upgrade } from "../support/web-sockets.ts";

const HOST = "long.test";
const CHANGES = 100;

/** Two endpoints behind a sticky Ingress. */
function objects(entries: readonly SliceEntry[], annotations: Readonly<Record<string, string>> = {}): Manifest[] {
  return [
    ingress({ host: HOST, annotations: sticky({ "affinity-mode": "persistent", ...annotations }) }),
    service(),
    ...slices(entries),
  ];
}

/** Changes the Routes again and again, each time until it is live in every worker. */
async function changeRoutes(limpet: Limpet, afterEach: () => Promise<unknown> = async () => {}): Promise<void> {
  for (let i = 0; i < CHANGES; i++) {
    await limpet.apply([ingress({ name: "churn", host: `churn-${i}.test` })], "churn.json");
    await afterEach();
  }
}

describe("a thousand WebSockets", () => {
  const SOCKETS = 1000;
  /** So many are opened at the same time. */
  const TOGETHER = 50;

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

  it("outlive a hundred changes of routes, and the drain of an endpoint", async () => {
    const echoes = [await startEcho(), await startEcho()];
    const [first, second] = echoes.map(({ port }, i) => ({ name: `echo-${i}`, address: "127.0.0.1", port }));
    assert.ok(first !== undefined && second !== undefined);
    const others = [{ endpoint: second }];
    const limpet = await Limpet.start(objects([{ endpoint: first }, ...others]), { workers: 2 });
    try {
      const sockets = await openAll(limpet.httpPort);
      assert.equal(await dropped(sockets, "before"), 0);
      await changeRoutes(limpet);
      await limpet.apply(objects([{ endpoint: first, state: "draining" }, ...others]));
      const lost = await dropped(sockets, "after");
      printRow({ row: "18 (WebSockets)", lost, moved: 0, duplicated: 0, p99: 0 });
      assert.equal(lost, 0);
      // The control: they do end with their endpoint, so this would see it.
      for (const it of echoes) it.close();
      assert.equal(await dropped(sockets, "gone"), SOCKETS);
    } finally {
      for (const it of echoes) it.close();
      await limpet.stop();
    }
  });
});

describe("a hundred streams of gRPC", () => {
  const CONNECTIONS = 10;
  const STREAMS_EACH = 10;
  const GRPC = { "backend-protocol": "GRPC" };

  it("go on through a hundred changes of routes, and the drain of an endpoint", async () => {
    const servers = [await startGrpcServer("a"), await startGrpcServer("b")] as const;
    const [draining, ready] = servers;
    const others = [{ endpoint: ready }];
    const limpet = await Limpet.start(objects([{ endpoint: draining }, ...others], GRPC), { workers: 2, https: true });
    const clients = Array.from({ length: CONNECTIONS }, () => connectHttp2(limpet.httpsPort, HOST));
    try {
      const opening = clients.flatMap((client) =>
        Array.from({ length: STREAMS_EACH }, () => Conversation.open(client, HOST)),
      );
      const conversations = await Promise.all(opening);
      const bound = Map.groupBy(conversations, ({ endpoint }) => endpoint);
      assert.deepEqual([...bound.keys()].sort(), ["a", "b"]);
      // Every stream is heard after every change, and none is opened anew.
      await changeRoutes(limpet, () => countOver(conversations));
      await limpet.apply(objects([{ endpoint: draining, state: "draining" }, ...others], GRPC));
      const lost = await countOver(conversations);
      const [client] = clients;
      assert.ok(client !== undefined);
      const again = await Promise.all(conversations.map(({ cookie }) => call(client, HOST, "again", { cookie })));
      const moved = again.filter(({ headers }, i) => headers["x-endpoint"] !== conversations[i]?.endpoint).length;
      printRow({ row: "18 (gRPC)", lost, moved, duplicated: 0, p99: 0 });
      const messages = conversations.reduce((sum, { exchanged }) => sum + exchanged, 0);
      console.log(`${messages} messages, ${bound.get("a")?.length} streams on the endpoint that drains`);
      assert.deepEqual([lost, moved], [0, 0]);
      assert.equal((await call(client, HOST, "new")).headers["x-endpoint"], "b");
      // They end well, when their clients want them to.
      const ended = conversations.splice(0, CONNECTIONS);
      assert.deepEqual(new Set(await Promise.all(ended.map((it) => it.end()))), new Set(["0"]));
      // The control: they do end with their endpoint, so this would see it.
      for (const server of servers) server.close();
      await Promise.all(conversations.map((it) => it.over()));
      assert.equal(await countOver(conversations), conversations.length);
    } finally {
      for (const client of clients) client.destroy();
      for (const server of servers) server.close();
      await limpet.stop();
    }
  });
});
