import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { afterEach, beforeEach, describe, it } from "node:test";
import pino from "pino";
import { ApiError } from "../kubernetes/api-client.ts";
import { FakeApi } from "../kubernetes/fake-api.ts";
import { FakeClock, settled } from "../time/fake-clock.ts";
import { issueCertificate, readSecretData, type SecretData, toSecretData } from "./admission-certificate.ts";
import { CertificateSecret } from "./certificate-secret.ts";

const PATH = "/api/v1/namespaces/limpet/secrets/limpet-admission";
const NAMES = ["limpet-admission.limpet.svc", "limpet-admission.limpet.svc.cluster.local"];
const DAY = 86_400_000;
const HOUR = 3_600_000;

/** Certificates are made outside the fake clock's time. */
async function until(what: string, condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 10_000; turn++) {
    if (condition()) return;
    await settled();
  }
  assert.fail(`in vain: ${what}`);
}

describe("the Secret of the webhook's certificate", () => {
  let clock: FakeClock;
  let api: FakeApi;
  let lines: string[];
  let running: CertificateSecret[];
  /** What each replica serves with, in the order in which it took them. */
  let served: Record<string, string[]>;
  let trusted: string[];

  beforeEach(() => {
    clock = new FakeClock();
    api = new FakeApi(clock);
    [lines, running, served, trusted] = [[], [], {}, []];
  });
  afterEach(async () => {
    for (const secret of running) await secret.stop();
    assert.equal(clock.waiting, 0);
  });

  async function start(replica = "a"): Promise<CertificateSecret> {
    const log = pino({ level: "info" }, { write: (line: string) => void lines.push(line) });
    const where = { namespace: "limpet", name: "limpet-admission" };
    const trust = (bundle: string) => void trusted.push(bundle);
    const secret = new CertificateSecret({ client: api.client(replica), ...where, log, clock, trust });
    const taken: string[] = [];
    served[replica] = taken;
    running.push(secret);
    await secret.start(({ certificate }) => void taken.push(certificate));
    return secret;
  }

  async function put(now: number): Promise<SecretData> {
    const data = toSecretData(await issueCertificate(NAMES, now, undefined));
    api.put(PATH, { metadata: { name: "limpet-admission" }, data });
    return data;
  }

  function stored() {
    return readSecretData((api.get(PATH)?.["data"] ?? {}) as Record<string, string>);
  }

  it("is made by the first, and served by all", async () => {
    await start("a");
    await start("b");
    await until("both", () => served["a"]?.length === 1 && served["b"]?.length === 1);
    assert.deepEqual(served["a"], served["b"]);
    assert.deepEqual(served["a"], [stored()?.serving.certificate]);
    assert.equal(trusted[0], stored()?.bundle);
    for (const name of NAMES) assert.equal(new X509Certificate(served["a"]?.[0] ?? "").checkHost(name), name);
  });

  it("is filled when somebody made it without anything in it", async () => {
    api.put(PATH, { metadata: { name: "limpet-admission", labels: { team: "web" } } });
    await start();
    await until("a certificate", () => served["a"]?.length === 1);
    assert.deepEqual(api.get(PATH)?.metadata["labels"], { team: "web" });
    assert.deepEqual(
      api.writes.map(({ method }) => method),
      ["PATCH"],
    );
  });

  it("is read, and not written, while it is good", async () => {
    await put(clock.date());
    await start();
    await until("a certificate", () => served["a"]?.length === 1);
    await clock.advance(HOUR);
    assert.deepEqual(api.writes, []);
  });

  it("is renewed once, in its time, by one of them", async () => {
    const before = await put(clock.date() - 243 * DAY);
    const inAnHour = clock.date() + HOUR;
    await start("a");
    await start("b");
    await until("the old one", () => served["a"]?.length === 1 && served["b"]?.length === 1);
    assert.deepEqual(api.writes, []);
    // The last third of a year and the hour before it begins within the next day.
    for (let hour = 0; api.writes.length === 0 && hour < 48; hour++) await clock.advance(HOUR);
    assert.ok(clock.date() >= inAnHour);
    await until("the new one", () => served["a"]?.length === 2 && served["b"]?.length === 2);
    assert.deepEqual(served["a"], served["b"]);
    assert.equal(toSecretData(stored() as NonNullable<ReturnType<typeof stored>>)["ca.crt"], before["ca.crt"]);
    assert.notEqual(stored()?.serving.certificate, Buffer.from(before["tls.crt"], "base64").toString());
  });

  it("is made again of what is in use when it is deleted", async () => {
    await start();
    await until("a certificate", () => served["a"]?.length === 1);
    const before = stored();
    api.delete(PATH);
    await until("it again", () => stored() !== undefined);
    assert.deepEqual(stored(), before);
    assert.equal(served["a"]?.length, 1);
  });

  it("is tried again when it cannot be written, and that is said once", async () => {
    const refusal = { what: "POST secrets", status: 403, reason: "Forbidden", detail: "" };
    api.fault = ({ method }) => (method === "POST" ? new ApiError(refusal) : undefined);
    await start();
    await until("a refusal", () => api.writes.length === 1 && lines.length > 0);
    await clock.advance(30_000);
    await until("another", () => api.writes.length === 2);
    api.fault = () => undefined;
    await until("its end", () => clock.waiting > 0);
    await clock.advance(30_000);
    await until("a certificate", () => served["a"]?.length === 1);
    assert.equal(lines.filter((line) => line.includes("cannot be stored")).length, 1);
  });
});
