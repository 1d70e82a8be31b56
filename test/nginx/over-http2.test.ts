import assert from "node:assert/strict";
import type { ClientHttp2Session, OutgoingHttpHeaders } from "node:http2";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { certificateFor, tlsSecret, withTls } from "../support/certificates.ts";
import { startEndpoint, type TestEndpoint } from "../support/endpoints.ts";
import {
  type Call,
  call,
  connectHttp2,
  cookieIn,
  type GrpcServer,
  resultOf,
  startGrpcServer,
} from "../support/grpc.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, type Manifest, type SliceEntry, service, slices, sticky } from "../support/manifests.ts";

const INNER = certificateFor(["inner.test"]);
const ANN = "session=ann";

/** An endpoint of HTTP over TLS that answers with how much it was sent. */
async function startSecureEndpoint(name: string): Promise<SliceEntry["endpoint"] & { readonly server: https.Server }> {
  const server = https.createServer({ key: INNER.key, cert: INNER.certificate }, async (request, response) => {
    let bytes = 0;
    for await (const chunk of request) bytes += (chunk as Buffer).length;
    response.setHeader("X-Endpoint", name);
    response.end(`${request.headers["x-forwarded-proto"]} ${bytes}`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { name, address: "127.0.0.1", port: (server.address() as AddressInfo).port, server };
}

describe("clients of HTTP/2 over TLS", () => {
  let limpet: Limpet;
  let grpcServers: GrpcServer[];
  let secure: Awaited<ReturnType<typeof startSecureEndpoint>>[];
  let authority: TestEndpoint;
  let web: TestEndpoint;
  const clients: ClientHttp2Session[] = [];

  before(async () => {
    grpcServers = [await startGrpcServer("a", INNER), await startGrpcServer("b", INNER)];
    secure = [await startSecureEndpoint("a"), await startSecureEndpoint("b")];
    web = await startEndpoint("web");
    authority = await startEndpoint("authority", {
      answer: ({ headers }, response) => {
        const known = headers.cookie?.includes(ANN) ?? false;
        response.writeHead(known ? 200 : 401, known ? { "X-User": "ann" } : { "WWW-Authenticate": "Cookie" }).end();
      },
    });
    const auth = { "auth-url": `http://127.0.0.1:${authority.port}/check`, "auth-response-headers": "X-User" };
    const on = (host: string, to: string, annotations: Readonly<Record<string, string>>): Manifest =>
      withTls(ingress({ name: host, host: `${host}.test`, annotations, paths: [{ service: to }] }), {
        hosts: [`${host}.test`],
        secretName: "tls",
      });
    const at = (endpoints: readonly SliceEntry["endpoint"][]) => endpoints.map((endpoint) => ({ endpoint }));
    limpet = await Limpet.start(
      [
        on("grpcs", "grpc", sticky({ "backend-protocol": "GRPCS" })),
        on("https", "secure", sticky({ "backend-protocol": "HTTPS" })),
        on("auto", "secure", sticky({ "backend-protocol": "AUTO_HTTP" })),
        on("guarded", "web", auth),
        on("guarded-grpcs", "grpc", { ...auth, "backend-protocol": "GRPCS" }),
        on("guarded-https", "secure", { ...auth, "backend-protocol": "HTTPS" }),
        tlsSecret("tls", certificateFor(["*.test"])),
        ...["grpc", "secure", "web"].map((name) => service(name)),
        ...slices(at(grpcServers), "grpc"),
        ...slices(at(secure), "secure"),
        ...slices([web], "web"),
      ],
      { https: true },
    );
  });

  after(async () => {
    for (const client of clients) client.destroy();
    await limpet.stop();
    for (const server of grpcServers) server.close();
    for (const { server } of secure) {
      server.close();
      server.closeAllConnections();
    }
    await Promise.all([authority, web].map((it) => it.kill()));
  });

  function client(host: string): ClientHttp2Session {
    const session = connectHttp2(limpet.httpsPort, host);
    clients.push(session);
    return session;
  }

  /** One request on a connection of its own. */
  function post(host: string, body: string, headers: OutgoingHttpHeaders = {}): Promise<Call> {
    const stream = client(host).request({ ":method": "POST", ":path": "/", ":authority": host, ...headers });
    stream.end(body);
    return resultOf(stream);
  }

  it("call endpoints of gRPC over TLS, and stay on theirs", async () => {
    const session = client("grpcs.test");
    const first = await call(session, "grpcs.test", "hello");
    assert.equal(first.trailers["grpc-status"], "0");
    const cookie = cookieIn(first.headers);
    const seen = new Set<unknown>([first.headers["x-endpoint"]]);
    for (let i = 0; i < 6; i++)
      seen.add((await call(session, "grpcs.test", "again", { cookie })).headers["x-endpoint"]);
    assert.equal(seen.size, 1);
  });

  for (const host of ["https.test", "auto.test"]) {
    it(`are served by endpoints of HTTPS on ${host}, body and all, and stay on theirs`, async () => {
      const first = await post(host, "x".repeat(100_000));
      assert.deepEqual([first.status, first.body.toString()], [200, "https 100000"]);
      const cookie = cookieIn(first.headers);
      assert.match(cookie, /^INGRESSCOOKIE=/);
      const seen = new Set<unknown>([first.headers["x-endpoint"]]);
      for (let i = 0; i < 6; i++) seen.add((await post(host, "", { cookie })).headers["x-endpoint"]);
      assert.equal(seen.size, 1);
    });
  }

  it("are asked who they are by an authority", async () => {
    const body = "x".repeat(100_000);
    const unknown = await post("guarded.test", body);
    assert.deepEqual([unknown.status, unknown.headers["www-authenticate"]], [401, "Cookie"]);
    assert.equal(web.received().length, 0);
    assert.equal((await post("guarded.test", body, { cookie: ANN })).status, 200);
    const got = web.received().at(-1);
    assert.deepEqual([got?.headers["x-user"], got?.body.length], ["ann", body.length]);
  });

  it("are asked before endpoints of HTTPS are", async () => {
    assert.equal((await post("guarded-https.test", "text")).status, 401);
    const known = await post("guarded-https.test", "text", { cookie: ANN });
    assert.deepEqual([known.status, known.body.toString()], [200, "https 4"]);
  });

  it("are asked before endpoints of gRPC are", async () => {
    const session = client("guarded-grpcs.test");
    assert.equal((await call(session, "guarded-grpcs.test", "hello")).status, 401);
    const known = await call(session, "guarded-grpcs.test", "hello", { cookie: ANN });
    assert.deepEqual([known.status, known.trailers["grpc-status"]], [200, "0"]);
    assert.equal(
      grpcServers.some((server) => server.headers()["x-user"] === "ann"),
      true,
    );
  });
});
