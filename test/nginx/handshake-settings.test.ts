import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { ConnectionOptions } from "node:tls";
import { certificateFor, tlsSecret, withTls } from "../support/certificates.ts";
import { startEndpoint, type TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { configMap, ingress, type Manifest, service, slices } from "../support/manifests.ts";
import { handshake, openTls, sessionOf } from "../support/tls-client.ts";

const CONFIG = ["--configmap", "default/limpet"];
const [FIRST, SECOND] = ["ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384"] as const;
const CERTIFICATE = certificateFor(["*.shop.test"], { rsa: true });

function host(name: string, annotations: Readonly<Record<string, string>> = {}): Manifest {
  const hosts = [`${name}.shop.test`];
  return withTls(ingress({ name, host: `${name}.shop.test`, annotations }), { hosts, secretName: "shop" });
}

function world(endpoint: TestEndpoint, settings: Readonly<Record<string, string>>): Manifest[] {
  return [
    host("plain"),
    host("only", { "ssl-ciphers": SECOND }),
    host("ordered", { "ssl-ciphers": `${SECOND}:${FIRST}`, "ssl-prefer-server-ciphers": "true" }),
    host("unordered", { "ssl-ciphers": `${SECOND}:${FIRST}`, "ssl-prefer-server-ciphers": "false" }),
    ingress({ name: "open", host: "open.test" }),
    ingress({ name: "open-ciphers", host: "ciphers.test", annotations: { "ssl-ciphers": SECOND } }),
    tlsSecret("shop", CERTIFICATE),
    service(),
    ...slices([endpoint]),
    configMap("limpet", settings),
  ];
}

describe("a TLS handshake", () => {
  let limpet: Limpet;
  let endpoint: TestEndpoint;

  before(async () => {
    endpoint = await startEndpoint("a");
    limpet = await Limpet.start(world(endpoint, {}), { https: true, flags: CONFIG });
  });

  after(async () => {
    await limpet.stop();
    await endpoint.kill();
  });

  async function cipher(name: string, ciphers: string): Promise<string> {
    const socket = await openTls(limpet.httpsPort, name, { ciphers, maxVersion: "TLSv1.2" });
    const used = socket.getCipher().name;
    socket.destroy();
    return used;
  }

  it("has the ciphers that the host's Ingress names, and other hosts have theirs", async () => {
    assert.equal(await cipher("only.shop.test", `${FIRST}:${SECOND}`), SECOND);
    await assert.rejects(cipher("only.shop.test", FIRST));
    assert.equal(await cipher("plain.shop.test", FIRST), FIRST);
    assert.equal(await cipher("plain.shop.test", SECOND), SECOND);
  });

  it("goes by the order of the server's ciphers where the Ingress says so, or else by the client's", async () => {
    assert.equal(await cipher("ordered.shop.test", `${FIRST}:${SECOND}`), SECOND);
    assert.equal(await cipher("unordered.shop.test", `${FIRST}:${SECOND}`), FIRST);
  });

  it("shows a host without certificates of its own what it showed before it named ciphers", async () => {
    const before = await handshake(limpet.httpsPort, "open.test");
    assert.equal((await handshake(limpet.httpsPort, "ciphers.test")).commonName, before.commonName);
  });

  it("sends away who names no declared host, where the settings say so", async () => {
    const names = ["", "nobody.test"];
    for (const name of names) await handshake(limpet.httpsPort, name);
    await limpet.apply(world(endpoint, { "ssl-reject-handshake": "true" }));
    for (const name of names) await assert.rejects(handshake(limpet.httpsPort, name), /alert internal error/, name);
    for (const name of ["plain.shop.test", "open.test"]) await handshake(limpet.httpsPort, name);
    await limpet.apply(world(endpoint, {}));
    for (const name of names) await handshake(limpet.httpsPort, name);
  });

  it("hands out no tickets, where the settings say so", async () => {
    const options = { maxVersion: "TLSv1.2" } as const;
    const hasTicket = async () => {
      const socket = await openTls(limpet.httpsPort, "plain.shop.test", options);
      const ticket = socket.getTLSTicket();
      socket.destroy();
      return ticket !== undefined;
    };
    assert.equal(await hasTicket(), true);
    await limpet.apply(world(endpoint, { "ssl-session-tickets": "false" }));
    assert.equal(await hasTicket(), false);
    // The session is still found again, by its id.
    const session = await sessionOf(limpet.httpsPort, "plain.shop.test", options);
    assert.equal((await handshake(limpet.httpsPort, "plain.shop.test", { ...options, session })).resumed, true);
    // Which is for those that begin from now on.
    await limpet.apply(world(endpoint, {}));
    await handshake(limpet.httpsPort, "plain.shop.test");
    assert.equal(await hasTicket(), true);
  });
});

describe("flags of TLS", () => {
  let limpet: Limpet;
  let endpoint: TestEndpoint;

  before(async () => {
    endpoint = await startEndpoint("a");
    const settings = { "ssl-protocols": "TLSv1.2 TLSv1.3", "use-http2": "false", "ssl-ciphers": `${SECOND}:${FIRST}` };
    const flags = [
      ...["--ssl-protocols", "TLSv1.2", "--ssl-ciphers", `${SECOND}:${FIRST}`],
      ...["--ssl-prefer-server-ciphers", "--use-http2", "false"],
    ];
    limpet = await Limpet.start(world(endpoint, settings), { https: true, flags: [...CONFIG, ...flags] });
  });

  after(async () => {
    await limpet.stop();
    await endpoint.kill();
  });

  const met = async (options: ConnectionOptions) => {
    const socket = await openTls(limpet.httpsPort, "plain.shop.test", options);
    const found = [socket.getProtocol(), socket.getCipher().name, socket.alpnProtocol];
    socket.destroy();
    return found;
  };

  it("say the versions, the ciphers and their order, and whether HTTP/2 is spoken", async () => {
    const options = { ciphers: `${FIRST}:${SECOND}`, ALPNProtocols: ["h2", "http/1.1"] };
    assert.deepEqual(await met(options), ["TLSv1.2", SECOND, "http/1.1"]);
  });

  it("that a ConfigMap says otherwise need a restart, and no others", async () => {
    const { body } = await limpet.admin("/api/v1/problems");
    const needed = [...body.matchAll(/data\[\\"([\w-]+)\\"\]/g)].map(([, key]) => key);
    assert.deepEqual(needed, ["ssl-protocols"]);
  });
});
