import assert from "node:assert/strict";
import http2 from "node:http2";
import { after, before, describe, it } from "node:test";
import { DataPlane, translate } from "../support/data-plane.ts";
import { startEndpoint, type TestEndpoint } from "../support/endpoints.ts";
import {
  type Call,
  call,
  cookieIn,
  type GrpcServer,
  message,
  openCall,
  resultOf,
  startGrpcServer,
} from "../support/grpc.ts";
import { ingress, service, slices, sticky } from "../support/manifests.ts";

const MEGABYTE = 1048576;

/** Over HTTP/2 from the first byte: the port of this test alone does that, where TLS would agree on it. */
describe("gRPC", () => {
  let dataPlane: DataPlane;
  let servers: GrpcServer[];
  let web: TestEndpoint;
  let client: http2.ClientHttp2Session;

  before(async () => {
    servers = [await startGrpcServer("a"), await startGrpcServer("b")];
    dataPlane = await DataPlane.start({ edit: (config) => config.replace("default_server;", "default_server http2;") });
    web = await startEndpoint("web");
    const grpc = { "backend-protocol": "GRPC" };
    await dataPlane.push(
      translate([
        ingress({ name: "grpc", host: "grpc.test", annotations: sticky(grpc) }),
        ingress({ name: "large", host: "large.test", annotations: { ...grpc, "proxy-body-size": "0" } }),
        ingress({ name: "http", host: "http.test" }),
        ingress({ name: "web", host: "web.test", paths: [{ service: "plain" }] }),
        ingress({
          name: "any",
          host: "any.test",
          paths: [{ service: "plain" }],
          annotations: { "proxy-body-size": "0" },
        }),
        service("plain"),
        ...slices([web], "plain"),
        service(),
        ...slices(servers.map((endpoint) => ({ endpoint }))),
      ]),
    );
    client = http2.connect(`http://127.0.0.1:${dataPlane.port}`);
  });

  after(async () => {
    client.destroy();
    await dataPlane.stop();
    for (const server of servers) server.close();
    await web.kill();
  });

  it("calls are answered, trailers and all", async () => {
    const { status, body, trailers } = await call(client, "grpc.test", "hello");
    assert.equal(status, 200);
    assert.deepEqual(body, message("hello"));
    assert.deepEqual([trailers["grpc-status"], trailers["grpc-message"]], ["0", "well"]);
  });

  it("calls stay on their endpoint", async () => {
    const first = await call(client, "grpc.test", "hello");
    const cookie = cookieIn(first.headers);
    const seen = new Set<unknown>([first.headers["x-endpoint"]]);
    for (let i = 0; i < 6; i++) {
      const next = await call(client, "grpc.test", "hello", { cookie });
      assert.equal(next.headers["set-cookie"], undefined);
      seen.add(next.headers["x-endpoint"]);
    }
    assert.equal(seen.size, 1);
  });

  it("messages pass while the stream is open, in both directions", async () => {
    const stream = openCall(client, "grpc.test");
    const echoed = async (text: string) => {
      const answer = new Promise<Buffer>((resolve) => stream.once("data", resolve));
      stream.write(message(text));
      return answer;
    };
    assert.deepEqual(await echoed("one"), message("one"));
    assert.deepEqual(await echoed("two"), message("two"));
    const ended = resultOf(stream);
    stream.end();
    assert.equal((await ended).trailers["grpc-status"], "0");
  });

  it("endpoints are told what they are told in HTTP/1.1", async () => {
    await call(client, "large.test", "hello", { "x-forwarded-for": "1.2.3.4", "x-real-ip": "1.2.3.4", proxy: "evil" });
    const headers =
      servers.map((server) => server.headers()).find((it) => it["x-forwarded-host"] === "large.test") ?? {};
    assert.equal(headers[":authority"] ?? headers["host"], "large.test");
    assert.deepEqual(
      ["x-forwarded-for", "x-real-ip", "x-original-forwarded-for", "x-forwarded-proto", "x-scheme", "te"].map(
        (name) => headers[name],
      ),
      ["127.0.0.1", "127.0.0.1", "1.2.3.4", "http", "http", "trailers"],
    );
    assert.match(String(headers["x-request-id"]), /^[0-9a-f]{32}$/);
    assert.equal(headers["proxy"], undefined);
    assert.equal(headers["x-original-forwarded-host"], undefined);
  });

  it("a stream is as long as the Ingress lets it be", async () => {
    const large = "x".repeat(MEGABYTE + 100_000);
    assert.equal((await call(client, "large.test", large)).body.length, large.length + 5);
    const stream = openCall(client, "grpc.test");
    const refused = resultOf(stream).then(
      ({ body }) => body.length,
      () => 0,
    );
    stream.end(message(large));
    assert.ok((await refused) < large.length);
  });

  it("without the annotation no call gets through", async () => {
    await assert.rejects(
      call(client, "http.test", "hello").then(({ trailers }) => assert.equal(trailers["grpc-status"], "0")),
    );
  });

  it("a GET over HTTP/2 does not get a body of unknown length past the limit", async () => {
    const get = (host: string, bytes: number): Promise<Call> => {
      const headers = { ":method": "GET", ":path": `/${host}`, ":authority": host };
      const stream = client.request(headers, { endStream: bytes === 0 });
      if (bytes > 0) stream.end("x".repeat(bytes));
      return resultOf(stream);
    };
    const received = () => web.received().map(({ url, body }) => [url, body.length]);
    for (const bytes of [0, 2 * MEGABYTE]) assert.equal((await get("web.test", bytes)).status, 200);
    assert.deepEqual(received(), [
      ["/web.test", 0],
      ["/web.test", 0],
    ]);
    assert.equal((await get("any.test", 2 * MEGABYTE)).status, 200);
    assert.deepEqual(received().at(-1), ["/any.test", 2 * MEGABYTE]);
  });
});
