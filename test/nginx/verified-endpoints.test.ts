import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import http2 from "node:http2";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type CertifiedKey, makeCertificate } from "../../src/control-plane/certificates/self-signed.ts";
import { OWN_POOLS } from "../../src/snapshot/pools.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, type Manifest, secret, service, slices } from "../support/manifests.ts";
import { type Seen, startTlsEndpoint, type TlsEndpoint } from "../support/tls-endpoints.ts";

const DAYS = 2;

/** All have the same name, so that nothing but their keys tells them apart. */
function authority(delegates = 0, issuer?: CertifiedKey): CertifiedKey {
  const commonName = issuer === undefined ? "authority" : `authority below, ${delegates}`;
  return makeCertificate({
    ...{ commonName, names: [], days: DAYS, authority: true, delegates },
    ...(issuer !== undefined && { issuer }),
  });
}

function certificateOf(issuer: CertifiedKey, ...names: readonly string[]): CertifiedKey {
  return makeCertificate({ commonName: "endpoint", names, days: DAYS, issuer });
}

/** A certificate with two authorities between it and the one that is trusted. */
function withChain(root: CertifiedKey, name: string): CertifiedKey {
  const upper = authority(1, root);
  const lower = authority(0, upper);
  const { key, certificate } = certificateOf(lower, name);
  return { key, certificate: certificate + lower.certificate + upper.certificate };
}

interface GrpcEndpoint extends Pick<TlsEndpoint, "name" | "address" | "port" | "close"> {}

async function startGrpcsEndpoint(name: string, { key, certificate }: CertifiedKey): Promise<GrpcEndpoint> {
  const sessions = new Set<http2.Http2Session>();
  const server = http2.createSecureServer({ key, cert: certificate });
  server.on("session", (session) => sessions.add(session));
  server.on("stream", (stream) => {
    stream.respond({ ":status": 200, "content-type": "application/grpc" });
    stream.on("error", () => {});
    stream.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    for (const session of sessions) session.destroy();
    server.close();
  };
  return { name, address: "127.0.0.1", port: (server.address() as AddressInfo).port, close };
}

const INNER = "inner.example.com";

describe("endpoints whose certificates are verified", () => {
  const ours = authority();
  const others = authority();
  const root = authority(2);
  let limpet: Limpet;
  let endpoint: TlsEndpoint;
  let impostor: TlsEndpoint;
  let chained: TlsEndpoint;
  let grpc: GrpcEndpoint;

  const VERIFIED = { "backend-protocol": "HTTPS", "proxy-ssl-verify": "on" };
  const by = (name: string) => ({ ...VERIFIED, "proxy-ssl-secret": name, "proxy-ssl-name": INNER });
  const trusting = (name: string, ...authorities: readonly CertifiedKey[]): Manifest =>
    secret(name, { "ca.crt": authorities.map(({ certificate }) => certificate).join("# next\n") });

  function on(name: string, annotations: Readonly<Record<string, string>>, to = "web"): Manifest {
    return ingress({ name, host: `${name}.test`, annotations, paths: [{ service: to }] });
  }

  before(async () => {
    endpoint = await startTlsEndpoint("inner", certificateOf(ours, INNER, "by-host.test", "*.many.test"));
    impostor = await startTlsEndpoint("impostor", certificateOf(others, INNER));
    chained = await startTlsEndpoint("chained", withChain(root, INNER));
    grpc = await startGrpcsEndpoint("grpc", certificateOf(ours, INNER));
    const client = certificateOf(others, "client.test");
    const objects = [
      on("right", by("ours")),
      on("copy", by("ours-too")),
      on("mutual", by("mutual")),
      on("wrong", by("others")),
      on("unverified", { "backend-protocol": "HTTPS", "proxy-ssl-server-name": "on", "proxy-ssl-name": INNER }),
      on("misnamed", { ...VERIFIED, "proxy-ssl-secret": "ours" }),
      on("by-host", { ...VERIFIED, "proxy-ssl-secret": "ours" }),
      on("rotated", by("rotated")),
      ingress({ name: "many", host: "*.many.test", annotations: { ...VERIFIED, "proxy-ssl-secret": "ours" } }),
      ingress({ name: "many-wrong", host: "*.wrong.many.test", annotations: by("others") }),
      on("mixed", by("ours"), "mixed"),
      on("without", VERIFIED),
      on("no-authorities", by("empty")),
      on("deep", { ...by("root"), "proxy-ssl-verify-depth": "2" }, "chained"),
      on("shallow", by("root"), "chained"),
      on("grpc", { ...by("ours"), "backend-protocol": "GRPCS" }, "grpc"),
      on("grpc-wrong", { ...by("others"), "backend-protocol": "GRPCS" }, "grpc"),
      trusting("ours", ours),
      trusting("ours-too", ours, ours),
      trusting("others", others),
      trusting("root", root),
      secret("empty", { "tls.crt": client.certificate, "tls.key": client.key }),
      secret("mutual", { "tls.crt": client.certificate, "tls.key": client.key, "ca.crt": ours.certificate }),
      ...["web", "mixed", "chained", "grpc"].map((name) => service(name)),
      ...slices([{ endpoint }]),
      ...slices([{ endpoint: impostor }, { endpoint }], "mixed"),
      ...slices([{ endpoint: chained }], "chained"),
      ...slices([{ endpoint: grpc }], "grpc"),
    ];
    limpet = await Limpet.start(objects, { https: true, flags: ["--upstream-authorities", "5"] });
  });

  after(async () => {
    await limpet.stop();
    for (const one of [endpoint, impostor, chained, grpc]) one.close();
  });

  async function statusOf(name: string): Promise<number> {
    return (await limpet.send({ host: `${name}.test` })).status;
  }

  /** The status of a gRPC call over TLS; what its endpoint, or NGINX in its place, answers. */
  async function statusOfCall(name: string): Promise<unknown> {
    const options = { servername: `${name}.test`, rejectUnauthorized: false };
    const client = http2.connect(`https://127.0.0.1:${limpet.httpsPort}`, options);
    try {
      const headers = { ":method": "POST", ":path": "/a.B/C", ":authority": `${name}.test`, te: "trailers" };
      const call = client.request({ ...headers, "content-type": "application/grpc" });
      const status = new Promise((resolve, reject) => {
        call.on("error", reject);
        call.on("response", (response) => resolve(response[":status"]));
      });
      call.end();
      return await status;
    } finally {
      client.destroy();
    }
  }

  it("answer where the authorities are theirs, and are told the name that is verified", async () => {
    const reply = await limpet.send({ host: "right.test" });
    assert.equal(reply.status, 200, reply.body);
    assert.equal((JSON.parse(reply.body) as Seen).serverName, INNER);
  });

  it("are shown the certificate of the same Secret", async () => {
    const { body } = await limpet.send({ host: "mutual.test" });
    assert.notEqual((JSON.parse(body) as Seen).clientCertificate, "");
  });

  it("get nothing where they are others", async () => {
    assert.equal(await statusOf("wrong"), 502);
    assert.equal(await statusOf("unverified"), 200);
    assert.match(limpet.log, /upstream SSL certificate verify error/);
  });

  it("are tried one after another until one is theirs", async () => {
    for (let i = 0; i < 6; i++) {
      const { status, endpoint: name } = await limpet.send({ host: "mixed.test" });
      assert.deepEqual([status, name], [200, "inner"]);
    }
  });

  it("must have the name: proxy-ssl-name, or the host of the request", async () => {
    assert.equal(await statusOf("misnamed"), 502);
    assert.equal(await statusOf("by-host"), 200);
  });

  it("are not reached on a connection that was verified in another way, or not at all", async () => {
    const hosts = ["right", "unverified", "wrong", "misnamed", "by-host", "wrong"];
    const expected = [200, 200, 502, 502, 200, 502];
    const before = endpoint.connections();
    for (let i = 0; i < 5; i++) {
      for (const [j, host] of hosts.entries()) assert.equal(await statusOf(host), expected[j], host);
    }
    // Three of six are refused each time and the others kept, of each kind for itself: else this would show nothing.
    assert.ok(endpoint.connections() - before < 20, `${endpoint.connections() - before} connections`);
  });

  it("are verified anew on each connection where there are too many names to keep connections of each", async () => {
    const statusFor = async (host: string) => (await limpet.send({ host })).status;
    for (let i = 0; i <= OWN_POOLS; i++) assert.equal(await statusFor(`name-${i}.many.test`), 200);
    assert.equal(await statusFor("name-last.many.test"), 200);
    assert.equal(await statusFor("last.wrong.many.test"), 502);
    assert.equal(await statusFor("name-last.many.test"), 200);
  });

  it("may have as many authorities above them as proxy-ssl-verify-depth says", async () => {
    assert.equal(await statusOf("shallow"), 502);
    assert.equal(await statusOf("deep"), 200);
  });

  it("may speak gRPC", async () => {
    assert.equal(await statusOfCall("grpc"), 200);
    assert.equal(await statusOfCall("grpc-wrong"), 502);
  });

  it("are not asked at all while there are no authorities", async () => {
    for (const name of ["without", "no-authorities", "rotated"]) assert.equal(await statusOf(name), 503, name);
  });

  it("are verified by authorities that were replaced as soon as they are there", async () => {
    await limpet.apply([trusting("rotated", others)], "rotated.json");
    assert.equal(await statusOf("rotated"), 502);
    await limpet.apply([trusting("rotated", others, ours)], "rotated.json");
    assert.equal(await statusOf("rotated"), 200);
    await limpet.apply([trusting("rotated", others)], "rotated.json");
    assert.equal(await statusOf("rotated"), 502);
  });

  it("share a place where their authorities are the same, and do without one when all are taken", async () => {
    assert.equal(await statusOf("copy"), 200);
    // Three places stand for the Secrets at the start, the fourth for the two authorities together.
    await limpet.apply([trusting("rotated", others, root)], "rotated.json");
    assert.equal(await statusOf("rotated"), 502);
    await limpet.apply([trusting("rotated", ours, root)], "rotated.json");
    assert.equal(await statusOf("rotated"), 503);
    assert.equal(await statusOf("right"), 200);
    const { body } = await limpet.admin("/api/v1/problems");
    assert.match(body, /all 5 places are taken/);
    assert.match(body, /--upstream-authorities/);
  });

  it("are verified by the same authorities when the controller alone starts again", async () => {
    const before = await readFile(join(limpet.state, "run", "nginx.pid"), "utf8");
    await limpet.signal("SIGKILL");
    await limpet.run();
    assert.equal(await readFile(join(limpet.state, "run", "nginx.pid"), "utf8"), before);
    assert.deepEqual([await statusOf("right"), await statusOf("wrong"), await statusOf("rotated")], [200, 502, 503]);
  });

  it("get places that nobody uses any more when NGINX starts again", async () => {
    await limpet.signal("SIGTERM");
    await limpet.run();
    assert.deepEqual([await statusOf("right"), await statusOf("wrong"), await statusOf("rotated")], [200, 502, 200]);
  });
});
