import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import pino from "pino";
import { ApiError } from "../kubernetes/api-client.ts";
import { FakeApi } from "../kubernetes/fake-api.ts";
import { FakeClock, settled } from "../time/fake-clock.ts";
import { CaBundle } from "./ca-bundle.ts";

const PATH = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/limpet-admission";
const OTHER = PATH.replace("limpet-admission", "other");

interface Told {
  readonly name: string;
  readonly failurePolicy: string;
  readonly clientConfig: { readonly caBundle?: string; readonly service: object };
}

describe("whom the API server is to trust", () => {
  let clock: FakeClock;
  let api: FakeApi;
  let bundle: CaBundle;

  beforeEach(() => {
    clock = new FakeClock();
    api = new FakeApi(clock);
    const log = pino({ level: "silent" });
    bundle = new CaBundle({ client: api.client(), name: "limpet-admission", log, clock });
    for (const path of [PATH, OTHER]) put(path);
  });
  afterEach(async () => {
    await bundle.end();
    assert.equal(clock.waiting, 0);
  });

  function put(path: string, caBundle?: string): void {
    const clientConfig = { service: { name: "limpet-admission" }, ...(caBundle !== undefined && { caBundle }) };
    const webhooks = [{ name: "validate.limpet.dev", failurePolicy: "Ignore", clientConfig }];
    api.put(path, { metadata: { name: path.slice(path.lastIndexOf("/") + 1) }, webhooks });
  }

  function told(path = PATH): Told {
    const [webhook] = (api.get(path)?.["webhooks"] ?? []) as readonly Told[];
    return webhook as Told;
  }

  function pem(path = PATH): string {
    return Buffer.from(told(path).clientConfig.caBundle ?? "", "base64").toString();
  }

  it("is written by the leader, and nothing else is changed", async () => {
    const before = told();
    bundle.trust("PEM");
    await settled();
    assert.equal(pem(), "");
    bundle.begin();
    await clock.advance(1);
    assert.equal(pem(), "PEM");
    assert.equal(pem(OTHER), "");
    const { caBundle: _, ...rest } = told().clientConfig;
    assert.deepEqual({ ...told(), clientConfig: rest }, before);
  });

  it("is written when it is known, and again when it differs on either side", async () => {
    bundle.begin();
    await clock.advance(1);
    assert.equal(api.writes.length, 0);
    bundle.trust("PEM");
    await clock.advance(1);
    assert.equal(pem(), "PEM");
    put(PATH, "somebody else's");
    await clock.advance(1);
    assert.equal(pem(), "PEM");
    bundle.trust("PEM 2");
    await clock.advance(1);
    assert.equal(pem(), "PEM 2");
    await clock.advance(60_000);
    assert.equal(api.writes.length, 3);
  });

  it("is left to the next leader", async () => {
    bundle.begin();
    await clock.advance(1);
    await bundle.end();
    bundle.trust("PEM");
    await clock.advance(60_000);
    assert.equal(pem(), "");
    bundle.begin();
    await clock.advance(1);
    assert.equal(pem(), "PEM");
  });

  it("is tried again, and undoes nothing that somebody wrote at the same moment", async () => {
    bundle.begin();
    await clock.advance(1);
    api.fault = ({ method }) =>
      method === "PATCH" ? new ApiError({ what: "", status: 500, reason: "", detail: "" }) : undefined;
    bundle.trust("PEM");
    await clock.advance(1);
    api.fault = () => undefined;
    await clock.advance(30_000);
    assert.equal(pem(), "PEM");
    const version = api.writes.at(-1)?.body as { readonly metadata: { readonly resourceVersion: string } };
    assert.notEqual(version.metadata.resourceVersion, undefined);
  });

  it("is nobody's where there is no such configuration", async () => {
    api.delete(PATH);
    bundle.trust("PEM");
    bundle.begin();
    await clock.advance(1);
    assert.deepEqual(api.writes, []);
    put(PATH);
    await clock.advance(1);
    assert.equal(pem(), "PEM");
  });
});
