import assert from "node:assert/strict";
import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import { constants, createSecureServer, type Http2ServerResponse } from "node:http2";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { afterEach, before, beforeEach, describe, it } from "node:test";
import { type Certificate, makeCertificate } from "../../../test/support/api-emulator/certificate.ts";
import { FakeClock } from "../time/fake-clock.ts";
import type { Access } from "./access.ts";
import { type ApiClient, ApiError } from "./api-client.ts";
import { openApiClient } from "./http-api-client.ts";

const PATH = "/api/v1/services";

/** How a server speaks, and the timers of a connection that is in use. */
const TRANSPORTS = {
  "HTTP/1.1": { beats: 0, make: (_certificate: Certificate, listener: RequestListener) => createServer(listener) },
  "HTTP/1.1 over TLS": {
    beats: 0,
    make: ({ key, certificate }: Certificate, listener: RequestListener) =>
      createTlsServer({ key, cert: certificate }, listener),
  },
  "HTTP/2": {
    beats: 1,
    make: ({ key, certificate }: Certificate, listener: RequestListener) =>
      createSecureServer({ key, cert: certificate, allowHTTP1: true }, listener as never) as unknown as Server,
  },
} as const;

/** Ends an answer before its end, as a server whose handler fails. */
function breakOff(response: ServerResponse): void {
  const { stream } = response as unknown as Partial<Http2ServerResponse>;
  if (stream === undefined) response.destroy();
  else stream.close(constants.NGHTTP2_INTERNAL_ERROR);
}

for (const [transport, { beats, make }] of Object.entries(TRANSPORTS))
  describe(`openApiClient, over ${transport},`, () => {
    let certificate: Certificate;
    let server: Server;
    let sockets: Set<Socket>;
    let answer: RequestListener;
    let client: ApiClient;
    let clock: FakeClock;
    let tokens: string[];
    const scheme = transport === "HTTP/1.1" ? "http" : "https";

    before(async () => {
      certificate = await makeCertificate();
    });

    beforeEach(async () => {
      answer = (_request, response) => response.end("{}");
      server = make(certificate, (request, response) => answer(request, response));
      sockets = new Set();
      server.on("connection", (socket: Socket) => {
        sockets.add(socket.on("error", () => {}).on("close", () => sockets.delete(socket)));
      });
      const { promise, resolve } = Promise.withResolvers<void>();
      server.listen(0, "127.0.0.1", resolve);
      await promise;
      clock = new FakeClock();
      tokens = ["first"];
      client = openApiClient({ access: access(), version: "1.2.3", clock });
    });

    afterEach(async () => {
      client.close();
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
      await promise;
    });

    function access(more: Partial<Access> = {}): Access {
      const { port } = server.address() as AddressInfo;
      return {
        server: `${scheme}://127.0.0.1:${port}`,
        origin: "a test",
        namespace: "default",
        insecure: false,
        authority: async () => certificate.certificate,
        credentials: {
          get: async () => ({ headers: { authorization: `Bearer ${tokens[0]}` } }),
          forget: () => void tokens.shift(),
        },
        ...more,
      };
    }

    function get(more: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
      return client.request({ method: "GET", path: PATH, ...more });
    }

    it("sends method, path, query, body and who asks", async () => {
      let seen: unknown;
      answer = async (request, response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        const { method, url, headers } = request;
        const body = Buffer.concat(chunks).toString();
        seen = [method, url, headers.authorization, headers["user-agent"], headers["content-type"], body];
        response.end('{"kind":"Service"}');
      };
      const kind = await client.request({
        method: "PATCH",
        path: PATH,
        query: { fieldManager: "a b" },
        body: { a: 1 },
        contentType: "application/merge-patch+json",
      });
      assert.deepEqual(kind, { kind: "Service" });
      assert.deepEqual(seen, [
        "PATCH",
        `${PATH}?fieldManager=a+b`,
        "Bearer first",
        "limpet/1.2.3",
        "application/merge-patch+json",
        '{"a":1}',
      ]);
    });

    it("gives the server's own reason, and how long to wait", async () => {
      answer = (_request, response) => {
        response.writeHead(429, { "retry-after": "7" });
        response.end('{"kind":"Status","reason":"TooManyRequests","message":"slow down"}');
      };
      await assert.rejects(get(), (error: ApiError) => {
        assert.ok(error instanceof ApiError);
        assert.deepEqual([error.status, error.reason, error.retryAfterSeconds], [429, "TooManyRequests", 7]);
        assert.equal(error.message, `The API server answered GET ${PATH} with 429 (TooManyRequests: slow down).`);
        return true;
      });
    });

    it("asks once more with new credentials when the old ones are refused, and only once", async () => {
      tokens = ["old", "new"];
      let requests = 0;
      answer = ({ headers }, response) => {
        requests++;
        if (headers.authorization === "Bearer old") response.statusCode = 401;
        response.end("{}");
      };
      await get();
      assert.equal(requests, 2);
      tokens = ["old", "old", "new"];
      await assert.rejects(get(), /with 401 .*: renew the credentials\.$/);
      assert.equal(requests, 4);
    });

    it("names what cannot be reached, why, and the remedy", async () => {
      client.close();
      client = openApiClient({ access: access({ server: `${scheme}://127.0.0.1:1` }), version: "1", clock });
      await assert.rejects(get(), {
        message: `The API server ${scheme}://127.0.0.1:1 (a test) cannot be reached (ECONNREFUSED): check that it runs and that the address is right.`,
      });
      client.close();
      client = openApiClient({ access: access({ authority: async () => undefined }), version: "1", clock });
      if (scheme === "https")
        return assert.rejects(get(), /its certificate is signed by nobody .*: set certificate-authority/);
      client = openApiClient({
        access: access({ server: access().server.replace("http:", "https:") }),
        version: "1",
        clock,
      });
      await assert.rejects(get(), /cannot be reached \((ERR_SSL_\w+|EPROTO)\): .*check scheme/);
    });

    it("does not take half an answer for a whole one", async () => {
      answer = (_request, response) => {
        response.writeHead(200, { "content-length": "100" });
        response.write('{"items":[]}', () => breakOff(response));
      };
      await assert.rejects(get(), /was cut off/);
      answer = (_request, response) => response.end('{"items":[');
      await assert.rejects(get(), /no whole JSON/);
    });

    it("gives up after its time, and leaves no timer behind", async () => {
      const { promise: asked, resolve } = Promise.withResolvers<void>();
      answer = () => resolve();
      const asking = assert.rejects(get({ timeoutMs: 5000 }), /did not answer GET .* in time/);
      await asked;
      await clock.advance(5000);
      await asking;
      assert.equal(clock.waiting, 0);
    });

    it("ends when the caller does, or the client", async () => {
      const controller = new AbortController();
      answer = () => controller.abort(new Error("enough"));
      await assert.rejects(get({ signal: controller.signal }), { message: "enough" });
      answer = () => client.close();
      await assert.rejects(get(), /has been closed/);
      await assert.rejects(get(), /has been closed/);
    });

    it("sends a request again when a kept connection ends under it", async () => {
      await get();
      let requests = 0;
      answer = (_request, response) => {
        if (requests++ === 0) for (const socket of sockets) socket.destroy();
        else response.end('{"second":true}');
      };
      assert.deepEqual(await get(), { second: true });
      // A write may have been taken: that is for its caller to find out.
      requests = 0;
      await assert.rejects(client.request({ method: "POST", path: PATH, body: {} }), /cannot be reached/);
      assert.equal(requests, 1);
    });

    describe("lines", () => {
      async function read(): Promise<string[]> {
        const lines: string[] = [];
        for await (const line of await client.lines({ path: PATH })) lines.push(line);
        return lines;
      }

      it("gives whole lines, wherever the bytes are cut", async () => {
        const bytes = Buffer.from('{"name":"Käse"}\n\n{"b":2}\n');
        answer = async (_request, response) => {
          for (let i = 0; i < bytes.length; i++) {
            const { promise, resolve } = Promise.withResolvers<void>();
            response.write(bytes.subarray(i, i + 1), () => resolve());
            await promise;
          }
          response.end();
        };
        assert.deepEqual(await read(), ['{"name":"Käse"}', '{"b":2}']);
      });

      it("says so when the stream breaks, or ends within a line", async () => {
        answer = (_request, response) => response.end('{"a":1}\n{"b"');
        await assert.rejects(read(), /was cut off/);
        answer = (_request, response) => void response.write('{"a":1}\n', () => breakOff(response));
        await assert.rejects(read(), /was cut off/);
      });

      it("is refused as a request is", async () => {
        answer = (_request, response) => {
          response.statusCode = 410;
          response.end('{"kind":"Status","reason":"Expired"}');
        };
        await assert.rejects(read(), (error: ApiError) => error.status === 410 && error.reason === "Expired");
        assert.equal(clock.waiting, 0);
      });

      it("waits for its head for a time, and for its lines for ever", async () => {
        const { promise: asked, resolve } = Promise.withResolvers<void>();
        answer = () => resolve();
        const asking = assert.rejects(client.lines({ path: PATH, timeoutMs: 1000 }), /in time/);
        await asked;
        await clock.advance(1000);
        await asking;
        answer = (_request, response) => response.flushHeaders();
        await client.lines({ path: PATH, timeoutMs: 1000 });
        assert.equal(clock.waiting, beats);
      });

      it("ends the exchange when nobody reads on", async () => {
        const { promise: closed, resolve } = Promise.withResolvers<void>();
        answer = (_request, response) => {
          response.write('{"a":1}\n');
          response.on("close", () => resolve());
        };
        for await (const line of await client.lines({ path: PATH })) {
          assert.equal(line, '{"a":1}');
          break;
        }
        await closed;
      });

      it("throws the reason of the signal that ends it", async () => {
        const controller = new AbortController();
        answer = (_request, response) => response.flushHeaders();
        const lines = await client.lines({ path: PATH, signal: controller.signal });
        const reading = assert.rejects(
          async () => {
            for await (const _line of lines);
          },
          { message: "enough" },
        );
        controller.abort(new Error("enough"));
        await reading;
      });
    });
  });
