import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, it } from "node:test";
import { runClient } from "../../bench/support/measure-latency.ts";

const REQUEST = "GET / HTTP/1.1\r\nHost: shop.example.com\r\n\r\n";

/** Requests per second; few enough for a server in Node. */
const RATE = 200;
const SECONDS = 0.5;
/** With those that do not count, from 0.3 seconds before. */
const REQUESTS = RATE * (SECONDS + 0.3);

/** Milliseconds for which answers are held back: far longer than a machine stands still. */
const HELD = 2000;

describe("the client of the latency benchmark", () => {
  let server: Server;
  let requests: number;
  let connections: number;

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  /** Sends to a server that answers as it is told. */
  async function run(answer: (response: ServerResponse, number: number) => void) {
    requests = 0;
    connections = 0;
    server = createServer((_: IncomingMessage, response) => answer(response, requests++)).listen(0, "127.0.0.1");
    server.on("connection", () => connections++);
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    return await runClient({ port, requests: [REQUEST, REQUEST, REQUEST], rate: RATE, seconds: SECONDS }, []);
  }

  function answerWith(response: ServerResponse, length: number, header: Readonly<Record<string, string>> = {}): void {
    response.writeHead(200, { "content-length": length, ...header });
    response.end("x".repeat(length));
  }

  it("takes responses of every length to their end, on the connections that it has", async () => {
    const lengths = [0, 5, 300_000, 5];
    const { latency } = await run((response, number) => answerWith(response, lengths[number % 4] as number));
    assert.deepEqual([requests, connections], [REQUESTS, 3]);
    assert.ok(latency.p50 > 0 && latency.p50 <= latency.longest);
  });

  it("opens a connection again that was announced to close", async () => {
    await run((response) => answerWith(response, 5, { connection: "close" }));
    assert.deepEqual([requests, connections], [REQUESTS, REQUESTS + 3]);
  });

  it("counts from when a request was due", async () => {
    const answers: (() => void)[] = [];
    const { latency, lateness } = await run((response, number) => {
      const late = () => answerWith(response, 5);
      // The three connections wait while the requests of three turns of theirs become due.
      if (number < 100 || number >= 103) late();
      else answers.push(late);
      if (answers.length === 3) for (const one of answers.splice(0)) setTimeout(one, HELD);
    });
    assert.ok(latency.longest >= HELD - 1, `${latency.longest}`);
    assert.ok(latency.longest > lateness.longest + HELD / 2, "it is not the client that was late");
  });

  it("refuses a response that is no success", async () => {
    const answer = (response: ServerResponse) => response.writeHead(404, { "content-length": 0 }).end();
    await assert.rejects(run(answer), /a response is no success: HTTP\/1\.1 404/);
  });
});
