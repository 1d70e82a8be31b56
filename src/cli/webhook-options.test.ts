import assert from "node:assert/strict";
import { describe, it } from "node:test";
import pino from "pino";
import { CertificateFiles } from "../control-plane/admission/certificate-files.ts";
import { CertificateSecret } from "../control-plane/admission/certificate-secret.ts";
import { FakeApi } from "../control-plane/kubernetes/fake-api.ts";
import { FakeClock } from "../control-plane/time/fake-clock.ts";
import type { WebhookFlags } from "./run-flags.ts";
import { CommandFailure } from "./terminal.ts";
import { webhookOptions } from "./webhook-options.ts";

const LOG = pino({ level: "silent" });
const CLUSTER = { client: new FakeApi(new FakeClock()).client(), name: "test", namespace: "limpet" };
const FILES = { validatingWebhookCertificate: "tls.crt", validatingWebhookKey: "tls.key" };

function options(more: Partial<WebhookFlags>) {
  const flags = {
    validatingWebhookName: "limpet-admission",
    deepInspect: true,
    strictValidatePathType: false,
    ...more,
  };
  return webhookOptions(flags, CLUSTER, LOG);
}

describe("the flags of the webhook", () => {
  const validatingWebhook = { port: 8443 };

  it("ask for none by themselves", () => {
    assert.deepEqual(options({ ...FILES }), {});
  });

  it("ask for a certificate of its own, and for the leader to make it known", () => {
    const { admission, duty } = options({ validatingWebhook });
    assert.ok(admission?.certificate instanceof CertificateSecret);
    assert.notEqual(duty, undefined);
    assert.deepEqual([admission.port, admission.deepInspect], [8443, true]);
  });

  it("ask for one in files, which is for others to make known", () => {
    const { admission, duty } = options({ validatingWebhook, ...FILES });
    assert.ok(admission?.certificate instanceof CertificateFiles);
    assert.equal(duty, undefined);
  });

  it("name a key with a certificate, or neither", () => {
    const refused = (error: Error) => error instanceof CommandFailure && /Name both/.test(error.message);
    for (const one of ["validatingWebhookCertificate", "validatingWebhookKey"]) {
      assert.throws(() => options({ validatingWebhook, [one]: "file.pem" }), refused);
    }
  });
});
