import type { Logger } from "pino";
import { CaBundle } from "../control-plane/admission/ca-bundle.ts";
import { CertificateFiles } from "../control-plane/admission/certificate-files.ts";
import { CertificateSecret } from "../control-plane/admission/certificate-secret.ts";
import type { CertificateSource } from "../control-plane/admission/certificate-source.ts";
import type { LimpetOptions } from "../control-plane/controller/start-limpet.ts";
import type { LeaderDuty } from "../control-plane/leadership/leader-duty.ts";
import { systemClock } from "../control-plane/time/clock.ts";
import type { Cluster } from "./open-cluster.ts";
import type { TranslateFlags, WebhookFlags } from "./run-flags.ts";
import { CommandFailure } from "./terminal.ts";

interface Certified {
  readonly certificate: CertificateSource;
  /** Absent: whoever made the files tells the API server whom to trust. */
  readonly duty?: LeaderDuty;
}

function certified(flags: WebhookFlags, { client, namespace }: Cluster, log: Logger): Certified {
  const { validatingWebhookCertificate: certificate, validatingWebhookKey: key, validatingWebhookName: name } = flags;
  if (certificate !== undefined && key !== undefined) {
    return { certificate: new CertificateFiles({ certificate, key, log }) };
  }
  if (certificate !== undefined || key !== undefined) {
    throw new CommandFailure(2, "Name both --validating-webhook-certificate and --validating-webhook-key, or neither.");
  }
  const access = { client, name, log, clock: systemClock };
  const bundle = new CaBundle(access);
  const secret = new CertificateSecret({ ...access, namespace, trust: (pem) => bundle.trust(pem) });
  return { certificate: secret, duty: bundle };
}

/** The admission webhook that the flags ask for, and what it needs the leader for. */
export function webhookOptions(
  flags: WebhookFlags & Pick<TranslateFlags, "watchNamespace">,
  cluster: Cluster,
  log: Logger,
): Pick<LimpetOptions, "admission"> & Pick<Certified, "duty"> {
  const { validatingWebhook, watchNamespace, deepInspect } = flags;
  if (validatingWebhook === undefined) return {};
  const { certificate, duty } = certified(flags, cluster, log);
  const admission = {
    ...validatingWebhook,
    deepInspect,
    certificate,
    ...(watchNamespace !== undefined && { watchNamespace }),
  };
  return duty === undefined ? { admission } : { admission, duty };
}
