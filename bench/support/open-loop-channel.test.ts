import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { OpenLoopChannel } from "./open-loop-channel.ts";

const REQUEST = "GET / HTTP/1.1\r\nHost: shop.example.com\r\n\r\n";

/** Sends as many requests as there are answers, one after another; gives how many connections that took. */
async function exchange(answers: readonly ((response: ServerResponse) => void)[]): Promise<number> {
  let connections = 0;
  const left = answers.values();
  const server = createServer((_, response) => left.next().value?.(response)).listen(0, "127.0.0.1");
  server.on("connection", () => connections++);
  await once(server, "listening");
  const channel = await OpenLoopChannel.open((server.address() as AddressInfo).port, REQUEST);
  for (const _ of answers) await new Promise<void>((free) => channel.send(() => {}, free));
  channel.close();
  server.close();
  return connections;
}

function answerWith(length: number, header: Readonly<Record<string, string>> = {}) {
  return (response: ServerResponse) => {
    response.writeHead(200, { "content-length": length, ...header });
    response.end("x".repeat(length));
  };
}

test("responses of every length are taken to their end", async () => {
  assert.equal(await exchange([answerWith(0), answerWith(5), answerWith(1_000_000), answerWith(5)]), 1);
});

test("a connection that is announced to close is opened again", async () => {
  assert.equal(await exchange([answerWith(5, { connection: "close" }), answerWith(5)]), 2);
});
