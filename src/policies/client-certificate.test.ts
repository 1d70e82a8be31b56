import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ClientCertificatePolicy } from "../snapshot/route-policies.ts";
import { judgeHost, judgePlainClient, judgeTlsClient, type TlsClient } from "./client-certificate.ts";

const POLICY: ClientCertificatePolicy = { context: "here", authorities: "ours", verify: "on", depth: 1 };
const GOOD: TlsClient = { context: "here", shown: true, result: 0, subject: "CN=ann" };
const NONE: TlsClient = { context: "here", shown: false, result: 0, subject: "" };
const UNKNOWN: TlsClient = { ...GOOD, result: 20 };
const EXPIRED: TlsClient = { ...GOOD, result: 10 };
const ELSEWHERE: TlsClient = { ...GOOD, context: "there" };

const matches = (pattern: string, text: string) => (pattern === "endless" ? undefined : new RegExp(pattern).test(text));

/** The statuses that clients come to. */
function judged(policy: Partial<ClientCertificatePolicy>, ...clients: readonly TlsClient[]) {
  return clients.map((client) => judgeTlsClient({ ...POLICY, ...policy }, client, matches)?.status ?? "served");
}

describe("judgeTlsClient", () => {
  const all = [GOOD, NONE, UNKNOWN, EXPIRED, ELSEWHERE];

  it("goes by how certificates are verified", () => {
    assert.deepEqual(judged({ verify: "on" }, ...all), ["served", 400, 400, 400, 421]);
    assert.deepEqual(judged({ verify: "optional" }, ...all), ["served", "served", 400, 400, 421]);
    assert.deepEqual(judged({ verify: "optional_no_ca" }, ...all), ["served", "served", "served", 400, 421]);
    assert.deepEqual(judged({ verify: "off" }, ...all), ["served", "served", "served", "served", "served"]);
  });

  it("sends to a page whom it does not take, but not who came to the wrong host", () => {
    assert.deepEqual(judged({ errorPage: "https://page.test/" }, ...all), ["served", 302, 302, 302, 421]);
  });

  it("wants the name that is asked for", () => {
    assert.deepEqual(judged({ commonName: "^(?:CN=ann)" }, GOOD, { ...GOOD, subject: "CN=bob" }), ["served", 403]);
    assert.deepEqual(judged({ commonName: "^(?:CN=ann)" }, { ...GOOD, subject: "CN=bob,CN=anna" }), ["served"]);
    assert.deepEqual(judged({ commonName: "^(?:CN=ann)", verify: "optional" }, NONE), [403]);
    assert.deepEqual(judged({ commonName: "^(?:CN=ann)", verify: "off" }, GOOD), [403]);
    assert.deepEqual(judged({ commonName: "endless" }, GOOD), [403]);
  });
});

describe("judgePlainClient", () => {
  const judge = (clients: Partial<ClientCertificatePolicy>, policies = {}) =>
    judgePlainClient({ clients: { ...POLICY, ...clients } }, policies)?.status ?? "served";

  it("takes whoever may come without a certificate", () => {
    assert.deepEqual(
      [judge({}), judge({ verify: "optional" }), judge({ verify: "off" }), judge({ errorPage: "https://page.test/" })],
      [400, "served", "served", 302],
    );
    assert.equal(judge({ verify: "optional", commonName: "CN=ann" }), 403);
    assert.equal(judge({}, { withoutCertificate: true }), "served");
    assert.equal(judgePlainClient({ appRoot: "/a" }, {}), undefined);
  });
});

describe("judgeHost", () => {
  it("serves nobody where a guard of the host cannot be honoured", () => {
    assert.equal(judgeHost({ closed: true })?.status, 503);
    assert.equal(judgeHost({}), undefined);
    assert.equal(judgeHost(undefined), undefined);
  });
});
