import assert from "node:assert/strict";
import { request } from "node:https";
import { after, before, describe, it } from "node:test";
import pino from "pino";
import { type CertifiedKey, makeCertificate } from "../certificates/self-signed.ts";
import { ADMISSION_PATH, AdmissionServer } from "./admission-server.ts";
import type { Judgement } from "./judge.ts";
import { TOO_LARGE } from "./read-body.ts";

const LOG = pino({ level: "silent" });
const INGRESS = { group: "networking.k8s.io", version: "v1", kind: "Ingress" };

function certificate(): CertifiedKey {
  return makeCertificate({ commonName: "limpet", names: ["localhost", "127.0.0.1"], days: 1 });
}

function review(object: object | null, padding = ""): string {
  const question = { uid: "u-1", kind: INGRESS, operation: "CREATE", namespace: "default", name: "web", object };
  return JSON.stringify({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", request: question, padding });
}

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly body?: string;
  readonly chunked?: boolean;
  readonly ca?: string;
}

describe("the admission server", () => {
  const first = certificate();
  let server: AdmissionServer;
  let port: number;
  let judgement: Judgement | undefined;
  let judged: object[] = [];

  before(async () => {
    const judge = (ingress: object) => {
      judged.push(ingress);
      return judgement;
    };
    server = new AdmissionServer({ judge, log: LOG });
    server.use(first);
    port = await server.listen("127.0.0.1", 0);
  });
  after(() => server.close());

  function send(sent: Sent): Promise<{ readonly status: number; readonly body: string }> {
    const { method = "POST", path = ADMISSION_PATH, body = "", chunked = false, ca = first.certificate } = sent;
    const headers = chunked ? {} : { "content-length": Buffer.byteLength(body) };
    return new Promise((resolve, reject) => {
      const client = request({ host: "127.0.0.1", port, method, path, headers, ca, agent: false }, (response) => {
        let text = "";
        response.on("data", (chunk: Buffer) => {
          text += chunk.toString();
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body: text }));
      });
      client.on("error", reject);
      client.end(body);
    });
  }

  it("hands the Ingress on, and answers what is said of it", async () => {
    judged = [];
    judgement = { refused: [], warned: [] };
    const { status, body } = await send({ body: review({ kind: "Ingress" }) });
    assert.equal(status, 200);
    assert.deepEqual(JSON.parse(body), {
      apiVersion: "admission.k8s.io/v1",
      kind: "AdmissionReview",
      response: { uid: "u-1", allowed: true },
    });
    assert.deepEqual(judged, [{ kind: "Ingress" }]);
  });

  it("allows a deletion without a question", async () => {
    judged = [];
    const { status, body } = await send({ body: review(null) });
    assert.equal(status, 200);
    assert.match(body, /"allowed":true/);
    assert.deepEqual(judged, []);
  });

  it("says that it cannot know yet", async () => {
    judgement = undefined;
    assert.equal((await send({ body: review({}) })).status, 503);
  });

  it("takes a body just below 9 MiB, and none of that size, whether its length is told or not", async () => {
    judgement = { refused: [], warned: [] };
    const rest = TOO_LARGE - review({}).length;
    for (const chunked of [false, true]) {
      assert.equal((await send({ chunked, body: review({}, "p".repeat(rest - 1)) })).status, 200);
      assert.equal((await send({ chunked, body: review({}, "p".repeat(rest)) })).status, 413);
      for (let turn = 0; turn < 2; turn++) {
        assert.equal((await send({ chunked, body: review({}, "p".repeat(2 * rest)) })).status, 413);
      }
    }
  });

  it("answers nothing else, and says why", async () => {
    assert.equal((await send({ body: "no JSON" })).status, 400);
    assert.equal((await send({ path: "/", body: review({}) })).status, 404);
    assert.equal((await send({ method: "GET" })).status, 405);
    const other = review({}).replace('"Ingress"', '"Service"');
    const { status, body } = await send({ body: other });
    assert.equal(status, 500);
    assert.match(body, /Service/);
  });

  it("takes another certificate up while it runs, and keeps it when a later one is unusable", async () => {
    judgement = { refused: [], warned: [] };
    const second = certificate();
    server.use(second);
    assert.throws(() => server.use({ key: second.key, certificate: "none" }));
    assert.equal((await send({ body: review({}), ca: second.certificate })).status, 200);
    await assert.rejects(send({ body: review({}), ca: first.certificate }));
  });
});

it("an address that is taken is named with what to do", async () => {
  const [one, other] = [1, 2].map(() => new AdmissionServer({ judge: () => undefined, log: LOG }));
  const port = await one?.listen("127.0.0.1", 0);
  await assert.rejects(
    other?.listen("127.0.0.1", port as number) ?? Promise.resolve(),
    /--validating-webhook is taken: choose another port/,
  );
  await one?.close();
});
