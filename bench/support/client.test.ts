import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, test } from "node:test";
import { nginxHash } from "../subjects/nginx-hash.ts";
import { COOKIE_NAME, type Subject } from "../subjects/subject.ts";
import type { Workload } from "../workload.ts";
import { type Client, closeClients, openClients, sendTogether } from "./client.ts";

const issuing: Subject = { ...nginxHash, name: "test", issuesCookies: true };
const stick: Workload = { name: "stick", affinity: "persistent", sendsCookie: true, transport: "plain" };
const assign: Workload = { name: "assign", affinity: "persistent", sendsCookie: false, transport: "plain" };

interface Seen {
  readonly cookie: string | undefined;
  /** Requests before this one. */
  readonly before: number;
}

let server: Server | undefined;
let clients: readonly Client[] = [];

afterEach(() => {
  closeClients(clients);
  server?.close();
});

async function open(workload: Workload, answer: (response: ServerResponse, seen: Seen) => void): Promise<void> {
  let before = 0;
  server = createServer((request, response) => answer(response, { cookie: request.headers.cookie, before: before++ }));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  clients = await openClients({ subject: issuing, workload, port, body: "small", request: "browser" }, 1);
}

function reply(response: ServerResponse, endpoint: string, cookie?: string): void {
  if (cookie !== undefined) response.setHeader("Set-Cookie", `${COOKIE_NAME}=${cookie}; Path=/`);
  response.setHeader("Content-Length", endpoint.length + 1);
  response.end(`${endpoint}\n`);
}

test("a client gets a cookie, sends it, and accepts answers of one endpoint", async () => {
  await open(stick, (response, { cookie }) => {
    if (cookie === undefined) reply(response, "a", "bound");
    else reply(response, cookie === `${COOKIE_NAME}=bound` ? "a" : "b");
  });
  await sendTogether(clients, 20);
});

test("a client that is sent to another endpoint says so", async () => {
  await open(stick, (response, { cookie, before }) =>
    reply(response, before < 5 ? "a" : "b", cookie === undefined ? "bound" : undefined),
  );
  await assert.rejects(sendTogether(clients, 20), /moved from a to b/);
});

test("a cookie that comes again is a fault", async () => {
  await open(stick, (response) => reply(response, "a", "bound"));
  await assert.rejects(sendTogether(clients, 1), /has 1 Set-Cookie headers/);
});

test("a first request that gets no cookie is a fault", async () => {
  await open(assign, (response) => reply(response, "a"));
  await assert.rejects(sendTogether(clients, 1), /has 0 Set-Cookie headers/);
});

test("a proxy that issues no cookie cannot be measured with one", async () => {
  await assert.rejects(
    open(stick, (response) => reply(response, "a")),
    /issues no cookie/,
  );
});

test("a status other than success is a fault", async () => {
  await open(assign, (response) => {
    response.statusCode = 503;
    reply(response, "a", "bound");
  });
  await assert.rejects(sendTogether(clients, 1), /status 503/);
});

test("a connection that is announced to close is opened again", async () => {
  await open(assign, (response) => {
    response.setHeader("Connection", "close");
    reply(response, "a", "bound");
  });
  await sendTogether(clients, 3);
});

test("a response that breaks off is an error", async () => {
  await open(assign, (response) => {
    response.setHeader("Content-Length", 100);
    response.write("a\n");
    response.socket?.end();
  });
  await assert.rejects(sendTogether(clients, 1), /connection broke/);
});
