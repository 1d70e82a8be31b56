import assert from "node:assert/strict";
import { once } from "node:events";
import type { RequestListener, ServerResponse } from "node:http";
import {
  constants,
  createSecureServer,
  type Http2SecureServer,
  type Http2ServerResponse,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, before, beforeEach, describe, it } from "node:test";
import { type Certificate, makeCertificate } from "../../../../test/support/api-emulator/certificate.ts";
import { FakeClock } from "../../time/fake-clock.ts";
import { Http2Transport, NotOffered } from "./http2-transport.ts";
import type { Answer, Endpoint, Outgoing } from "./transport.ts";

const NEVER = new AbortController().signal;
const GET: Outgoing = { method: "GET", path: "/", headers: {} };
/** Exchanges that the server takes on a connection. */
const STREAMS = 2;

function streamOf(response: ServerResponse): ServerHttp2Stream {
  return (response as unknown as Http2ServerResponse).stream;
}

async function textOf({ body }: Answer): Promise<string> {
  let text = "";
  for await (const chunk of body) text += chunk.toString();
  return text;
}

describe("Http2Transport", () => {
  let certificate: Certificate;
  let server: Http2SecureServer;
  let sessions: Set<ServerHttp2Session>;
  let sockets: Set<Socket>;
  let answer: RequestListener;
  let clock: FakeClock;
  let transport: Http2Transport;

  before(async () => {
    certificate = await makeCertificate();
  });

  beforeEach(async () => {
    answer = (_request, response) => response.end("{}");
    sessions = new Set();
    sockets = new Set();
    const secure = { key: certificate.key, cert: certificate.certificate, allowHTTP1: true, maxSessionMemory: 256 };
    const listener: RequestListener = (request, response) => answer(request, response);
    server = createSecureServer({ ...secure, settings: { maxConcurrentStreams: STREAMS } }, listener as never);
    server.on("session", (session) => {
      sessions.add(session.on("error", () => {}).on("close", () => sessions.delete(session)));
    });
    server.on("connection", (socket) => {
      sockets.add(socket.on("error", () => {}).on("close", () => sockets.delete(socket)));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    clock = new FakeClock();
    transport = new Http2Transport(endpoint(), clock);
  });

  afterEach(async () => {
    transport.close();
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  });

  function endpoint(at = server.address() as AddressInfo): Endpoint {
    const trusted = { authority: certificate.certificate, insecure: false };
    const own = { certificate: undefined, key: undefined, serverName: undefined };
    return { url: new URL(`https://127.0.0.1:${at.port}`), ...trusted, ...own };
  }

  /** The server answers with a head, and nothing more until `release`. */
  function holding(): { readonly release: (text: string) => void } {
    const held: ServerResponse[] = [];
    answer = (_request, response) => {
      response.flushHeaders();
      held.push(response);
    };
    return { release: (text) => held.splice(0).forEach((response) => void response.end(text)) };
  }

  it("puts many exchanges on a connection, and opens another when the server takes no more on it", async () => {
    const held = holding();
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => transport.send(GET, NEVER)));
    assert.equal(sessions.size, 3);
    held.release("all");
    assert.deepEqual(await Promise.all(answers.map(textOf)), ["all", "all", "all", "all", "all"]);
    answer = (_request, response) => response.end("{}");
    for (let i = 0; i < 5; i++) await textOf(await transport.send(GET, NEVER));
    assert.equal(sessions.size, 3);
  });

  it("lets exchanges end that are under way when the server goes away, and sends others elsewhere", async () => {
    const held = holding();
    const watch = await transport.send(GET, NEVER);
    const [old] = sessions;
    old?.goaway(constants.NGHTTP2_NO_ERROR);
    answer = (_request, response) => response.end("new");
    // Whichever is first at the other end: the GOAWAY, or this request.
    assert.equal(await textOf(await transport.send(GET, NEVER)), "new");
    assert.equal(await textOf(await transport.send(GET, NEVER)), "new");
    held.release("whole");
    assert.equal(await textOf(watch), "whole");
  });

  it("sends again, once, what the server refused untouched, even a write", async () => {
    const post: Outgoing = { method: "POST", path: "/", headers: {}, body: "{}" };
    let requests = 0;
    answer = (_request, response) => {
      if (requests++ === 0) streamOf(response).close(constants.NGHTTP2_REFUSED_STREAM);
      else response.end("taken");
    };
    assert.equal(await textOf(await transport.send(post, NEVER)), "taken");
    requests = 0;
    answer = (_request, response) => {
      requests++;
      streamOf(response).close(constants.NGHTTP2_REFUSED_STREAM);
    };
    await assert.rejects(transport.send(post, NEVER));
    assert.equal(requests, 2);
    // What was begun may have been done.
    requests = 0;
    answer = (_request, response) => {
      requests++;
      streamOf(response).close(constants.NGHTTP2_INTERNAL_ERROR);
    };
    await assert.rejects(transport.send(post, NEVER));
    assert.equal(requests, 1);
  });

  it("tells a body that breaks off from one that ends, however the server breaks it", async () => {
    const breaks: ((response: ServerResponse) => void)[] = [
      (response) => streamOf(response).close(constants.NGHTTP2_INTERNAL_ERROR),
      (response) => streamOf(response).close(constants.NGHTTP2_CANCEL),
      (response) => streamOf(response).session?.destroy(),
      () => sockets.forEach((socket) => void socket.destroy()),
      () => sockets.forEach((socket) => void socket.resetAndDestroy()),
    ];
    for (const breakOff of breaks) {
      answer = (_request, response) => void response.write("{}", () => breakOff(response));
      await assert.rejects(async () => textOf(await transport.send(GET, NEVER)), breakOff.toString());
    }
    answer = (_request, response) => void response.write("{}", () => response.end());
    assert.equal(await textOf(await transport.send(GET, NEVER)), "{}");
  });

  it("reads a body that was all there before anybody read it", async () => {
    answer = (_request, response) => response.end("all");
    const early = await transport.send(GET, NEVER);
    // The server's next answer on the connection comes after all of the first.
    for (let i = 0; i < 3; i++) await textOf(await transport.send(GET, NEVER));
    assert.equal(await textOf(early), "all");
  });

  it("takes a long answer, and a stopped reader does not stop the others", async () => {
    const long = "x".repeat(24 * 1024 * 1024);
    answer = (_request, response) => void response.end(long);
    await transport.send(GET, NEVER);
    const read = await textOf(await transport.send(GET, NEVER));
    assert.equal(read.length, long.length);
  });

  it("does not go to a server that offers no HTTP/2", async () => {
    const secure = { key: certificate.key, cert: certificate.certificate };
    const { createServer: createTlsServer } = await import("node:https");
    const older = createTlsServer(secure).listen(0, "127.0.0.1");
    await once(older, "listening");
    const other = new Http2Transport(endpoint(older.address() as AddressInfo), clock);
    await assert.rejects(other.send(GET, NEVER), NotOffered);
    older.close();
    await once(older, "close");
  });

  it("closes when it is retired: what is idle at once, the rest when it is over", async () => {
    const held = holding();
    const watch = await transport.send(GET, NEVER);
    transport.retire();
    held.release("whole");
    assert.equal(await textOf(watch), "whole");
    await Promise.all([...sessions].map((session) => once(session, "close")));
    // Whoever had it in hand may still send; it keeps nothing open for that.
    answer = (_request, response) => response.end("late");
    assert.equal(await textOf(await transport.send(GET, NEVER)), "late");
    await Promise.all([...sessions].map((session) => once(session, "close")));
    assert.equal(clock.waiting, 0);
  });

  it("leaves off waiting for a connection when the caller does", async () => {
    const deaf = createServer().listen(0, "127.0.0.1");
    await once(deaf, "listening");
    const other = new Http2Transport(endpoint(deaf.address() as AddressInfo), clock);
    const controller = new AbortController();
    const sending = assert.rejects(other.send(GET, controller.signal), { message: "enough" });
    const [silent] = (await once(deaf, "connection")) as [Socket];
    silent.on("error", () => {});
    controller.abort(new Error("enough"));
    await sending;
    // A connection that does not come about is given up.
    const second = assert.rejects(other.send(GET, NEVER), { code: "ETIMEDOUT" });
    await clock.advance(30_000);
    await second;
    silent.destroy();
    deaf.close();
    await once(deaf, "close");
  });

  describe("through a network that fails", () => {
    let network: Server;
    let ways: Socket[];
    beforeEach(async () => {
      ways = [];
      network = createServer((near) => {
        const far = connect((server.address() as AddressInfo).port, "127.0.0.1");
        ways.push(
          near.on("error", () => {}),
          far.on("error", () => {}),
        );
        near.pipe(far).pipe(near);
      }).listen(0, "127.0.0.1");
      await once(network, "listening");
      transport = new Http2Transport(endpoint(network.address() as AddressInfo), clock);
    });
    afterEach(async () => {
      for (const socket of ways) socket.destroy();
      network.close();
      await once(network, "close");
    });

    it("notices after 40 seconds that nobody is there any more, and only then", async () => {
      const held = holding();
      const watch = await transport.send(GET, NEVER);
      const [session] = sessions;
      assert.ok(session !== undefined);
      for (let beat = 0; beat < 3; beat++) {
        const asked = once(session, "ping");
        await clock.advance(30_000);
        await asked;
        // The answer has come when this one has.
        await new Promise((resolve) => session.ping(resolve));
      }
      for (const socket of ways) socket.unpipe().pause();
      const reading = assert.rejects(textOf(watch));
      await clock.advance(30_000);
      await clock.advance(10_000);
      await reading;
      held.release("");
      assert.equal(clock.waiting, 0);
    });
  });
});
