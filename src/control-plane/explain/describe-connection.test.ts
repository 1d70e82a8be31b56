import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { describeConnection } from "./describe-connection.ts";

const RETRIES = { attempts: 5, seconds: 30, onError: true, onTimeout: false, onStatus: [503] };

describe("how a Route's requests reach its Endpoints", () => {
  it("is not told where it is as usual", () => {
    assert.equal(describeConnection({}), "");
  });

  it("is told where the Route says so, and no key with it", () => {
    const text = describeConnection({
      timeouts: { connect: 5, send: 60, read: 3600 },
      retries: RETRIES,
      body: { limit: 0 },
      endpointTls: { protocol: "https", serverName: "", certificate: "CERTIFICATE", key: "KEY" },
    });
    assert.equal(
      text,
      "timeouts: 5 s to connect, 60 s to send, 3600 s to read; 5 attempts within 30 s, after error, 503; bodies of any size; server name of the request; a client certificate",
    );
  });

  it("is told where Endpoints are verified", () => {
    const endpointTls = { protocol: "https", serverName: "a.test", verified: "@https-verified-1-depth-1" } as const;
    assert.equal(
      describeConnection({ endpointTls }),
      "server name a.test; a certificate of the Endpoint that is verified",
    );
  });

  it("names the attempts", () => {
    const only = (more: object) => describeConnection({ retries: { ...RETRIES, seconds: 0, ...more } });
    assert.equal(only({ attempts: 1 }), "one attempt");
    assert.equal(only({ onError: false, onStatus: [] }), "one attempt");
    assert.equal(only({ attempts: 0 }), "an attempt for each Endpoint, after error, 503");
  });
});
