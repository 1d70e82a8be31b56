import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, describe, it } from "node:test";
import { startEndpoint, type TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, type Manifest, service, slices, sticky } from "../support/manifests.ts";

const HOST = "web.test";

function objects(endpoint: TestEndpoint): Manifest[] {
  return [ingress({ host: HOST, annotations: sticky() }), service(), ...slices([endpoint])];
}

/** What a client sends and gets, byte for byte, on a connection of its own. */
function exchange(port: number, sent: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let got = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(sent));
    socket.on("data", (chunk: Buffer) => {
      got += chunk.toString("latin1");
    });
    socket.on("close", () => resolve(got));
    socket.on("error", reject);
  });
}

const CLAIMS = {
  "x-forwarded-for": "198.51.100.7, 203.0.113.9",
  "x-forwarded-host": "shop.example.com, proxy.example.com",
  "x-forwarded-proto": "https",
  "x-forwarded-port": "8443",
};

describe("X-Forwarded headers of a client", () => {
  let endpoint: TestEndpoint;

  before(async () => {
    endpoint = await startEndpoint("a");
  });

  after(() => endpoint.kill());

  /** What the endpoint is told when a client makes those claims. */
  async function toldBy(flags: readonly string[]): Promise<Record<string, unknown>> {
    const limpet = await Limpet.start(objects(endpoint), { flags });
    try {
      const reply = await limpet.send({ host: HOST, headers: CLAIMS });
      assert.equal(reply.status, 200);
      return endpoint.received().at(-1)?.headers ?? {};
    } finally {
      await limpet.stop();
    }
  }

  it("are not believed", async () => {
    const told = await toldBy([]);
    assert.equal(told["host"], HOST);
    assert.equal(told["x-real-ip"], "127.0.0.1");
    assert.equal(told["x-forwarded-for"], "127.0.0.1");
    assert.equal(told["x-forwarded-host"], HOST);
    assert.equal(told["x-forwarded-proto"], "http");
    assert.equal(told["x-original-forwarded-for"], CLAIMS["x-forwarded-for"]);
  });

  it("are with --use-forwarded-headers: the last address that no proxy has, the first host", async () => {
    const told = await toldBy(["--use-forwarded-headers", "--proxy-real-ip-cidr", "127.0.0.0/8,203.0.113.0/24"]);
    assert.equal(told["x-real-ip"], "198.51.100.7");
    assert.equal(told["x-forwarded-for"], "198.51.100.7");
    assert.equal(told["host"], "shop.example.com");
    assert.equal(told["x-forwarded-host"], "shop.example.com");
    assert.equal(told["x-forwarded-proto"], "https");
    assert.equal(told["x-forwarded-port"], "8443");
  });

  it("are continued with --compute-full-forwarded-for", async () => {
    const told = await toldBy(["--use-forwarded-headers", "--compute-full-forwarded-for"]);
    assert.equal(told["x-forwarded-for"], `${CLAIMS["x-forwarded-for"]}, 127.0.0.1`);
  });

  it("are not believed when the client is none of the proxies", async () => {
    const told = await toldBy(["--use-forwarded-headers", "--proxy-real-ip-cidr", "203.0.113.0/24"]);
    assert.equal(told["host"], HOST);
    assert.equal(told["x-real-ip"], "127.0.0.1");
    assert.equal(told["x-forwarded-proto"], "http");
    assert.equal(told["x-forwarded-host"], HOST);
  });
});

describe("other settings of NGINX", () => {
  let endpoint: TestEndpoint;

  before(async () => {
    const answer = (_: unknown, response: { end: (text: string) => void }) => response.end("x".repeat(2000));
    endpoint = await startEndpoint("a", { answer });
  });

  after(() => endpoint.kill());

  it("take the client's address from the PROXY protocol", async () => {
    const limpet = await Limpet.start(objects(endpoint), { flags: ["--use-proxy-protocol"] });
    try {
      const request = `GET / HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`;
      const got = await exchange(limpet.httpPort, `PROXY TCP4 192.0.2.44 127.0.0.1 1234 80\r\n${request}`);
      assert.match(got, /^HTTP\/1\.1 200 /);
      assert.equal(endpoint.received().at(-1)?.headers["x-real-ip"], "192.0.2.44");
      assert.doesNotMatch(await exchange(limpet.httpPort, request), /^HTTP\/1\.1 200 /);
    } finally {
      await limpet.stop();
    }
  });

  it("compress, drop underscores, end connections", async () => {
    const flags = ["--use-gzip", "--gzip-types", "*", "--enable-underscores-in-headers", "--keep-alive-requests", "1"];
    const limpet = await Limpet.start(objects(endpoint), { flags });
    try {
      const headers = "Accept-Encoding: gzip\r\nunder_score: kept\r\n";
      const got = await exchange(limpet.httpPort, `GET / HTTP/1.1\r\nHost: ${HOST}\r\n${headers}\r\n`);
      assert.match(got, /\r\ncontent-encoding: gzip\r\n/i);
      assert.match(got, /\r\nconnection: close\r\n/i);
      assert.equal(endpoint.received().at(-1)?.headers["under_score"], "kept");
    } finally {
      await limpet.stop();
    }
  });

  it("leave responses and headers alone by default", async () => {
    const limpet = await Limpet.start(objects(endpoint));
    try {
      const headers = { "accept-encoding": "gzip", under_score: "dropped" };
      const reply = await limpet.send({ host: HOST, headers });
      assert.equal(reply.headers["content-encoding"], undefined);
      assert.equal(endpoint.received().at(-1)?.headers["under_score"], undefined);
    } finally {
      await limpet.stop();
    }
  });
});

describe("the ConfigMap of global settings", () => {
  it("says what needs a restart, and is read again when it differs", async () => {
    const endpoint = await startEndpoint("a");
    const settings = (data: Readonly<Record<string, string>>): Manifest => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "settings", namespace: "limpet" },
      data,
    });
    const limpet = await Limpet.start([...objects(endpoint), settings({ "keep-alive": "10" })], {
      flags: ["--configmap", "limpet/settings", "--keep-alive", "20"],
    });
    const problems = async () => (await limpet.admin("/api/v1/problems")).body;
    try {
      assert.match(await problems(), /settings\/needs-restart.*--keep-alive/s);
      await limpet.write([...objects(endpoint), settings({ "keep-alive": "20", "use-proxy-protocol": "false" })]);
      await limpet.eventually("no Problem", async () => !(await problems()).includes("settings/"));
    } finally {
      await limpet.stop();
      await endpoint.kill();
    }
  });
});
