import { makeProblem, type Subject, shorten } from "./make-problem.ts";
import type { Problem } from "./problem.ts";
import type { Catalogue } from "./render-problems-page.ts";

/** What can be wrong with certificates. No byte of a Secret stands in any of them. */
export const TLS_PROBLEMS = {
  "tls/switched-off": {
    severity: "warning",
    meaning: "`spec.tls` with `--https-port 0`; the hosts are served over HTTP, without a redirect.",
  },
  "tls/secret-missing": {
    severity: "error",
    meaning: "`spec.tls` names a Secret that is not there; the default certificate is shown.",
  },
  "tls/secret-not-usable": {
    severity: "error",
    meaning: "The Secret that `spec.tls` names holds no certificate with its key; the default certificate is shown.",
  },
  "tls/certificate-of-other-hosts": {
    severity: "error",
    meaning: "The certificate that `spec.tls` names is not valid for the host; the default certificate is shown.",
  },
  "tls/host-not-listed": {
    severity: "warning",
    meaning:
      "`spec.tls` lists other hosts than this one of the Ingress, and none of its certificates is valid for it; the default certificate is shown.",
  },
  "tls/default-certificate-missing": {
    severity: "error",
    meaning:
      "The Secret of `--default-ssl-certificate` is missing or not usable; a certificate of Limpet's own is shown.",
  },
  "tls/certificate-expires-soon": {
    severity: "warning",
    meaning: "A certificate that is served is valid for less than 14 days.",
  },
  "tls/certificate-expired": {
    severity: "error",
    meaning: "A certificate that is served is not valid any more; it goes on being shown, and clients refuse it.",
  },
} as const satisfies Catalogue;

type Code = keyof typeof TLS_PROBLEMS;

function make(code: Code, subject: Subject, field: string, value: string, message: string, hint: string): Problem {
  return makeProblem(code, TLS_PROBLEMS[code].severity, { subject, field, value, message, hint });
}

const SHOWS_DEFAULT = "the default certificate is shown";

export function tlsSwitchedOff(subject: Subject, hosts: string): Problem {
  return make(
    "tls/switched-off",
    subject,
    "spec.tls",
    hosts,
    "HTTPS is switched off: the hosts are served over HTTP, without a redirect.",
    "Run Limpet with an --https-port, or end TLS in front of it.",
  );
}

/** @param secret `namespace/name` */
export function tlsSecretMissing(subject: Subject, field: string, secret: string): Problem {
  return make(
    "tls/secret-missing",
    subject,
    field,
    secret,
    `There is no Secret ${secret}: ${SHOWS_DEFAULT}.`,
    "Create the Secret in the namespace of the Ingress, or correct the name.",
  );
}

/** @param secret `namespace/name` @param why half a sentence */
export function tlsSecretNotUsable(subject: Subject, field: string, secret: string, why: string): Problem {
  return make(
    "tls/secret-not-usable",
    subject,
    field,
    secret,
    `The Secret ${secret} cannot be used (${why}): ${SHOWS_DEFAULT}.`,
    "Put the certificate and its chain under tls.crt and its private key under tls.key, both PEM, as kubectl create secret tls does.",
  );
}

/** @param secret `namespace/name` */
export function certificateOfOtherHosts(subject: Subject, field: string, secret: string, host: string): Problem {
  return make(
    "tls/certificate-of-other-hosts",
    subject,
    field,
    `${secret} for ${host}`,
    `The certificate in Secret ${secret} is not valid for ${shorten(host)}: ${SHOWS_DEFAULT}.`,
    "Have a certificate made whose alternative names (SAN) hold the host; a star stands for one label.",
  );
}

export function tlsHostNotListed(subject: Subject, host: string): Problem {
  return make(
    "tls/host-not-listed",
    subject,
    "spec.tls",
    host,
    `No entry of tls lists ${shorten(host)}, and no certificate there is valid for it: ${SHOWS_DEFAULT}, and HTTP is redirected.`,
    "Add the host to an entry of spec.tls, or move its rule into an Ingress without tls.",
  );
}

/** @param secret `namespace/name` @param why half a sentence */
export function defaultCertificateMissing(secret: string, why: string): Problem {
  return make(
    "tls/default-certificate-missing",
    { object: `Secret ${secret}` },
    "data",
    secret,
    `The Secret of --default-ssl-certificate cannot be used (${why}): a certificate of Limpet's own is shown, which no client trusts.`,
    "Create the Secret of type kubernetes.io/tls, or correct --default-ssl-certificate.",
  );
}

const EXPIRY_HINT =
  "Renew the certificate in the Secret; it is served at once. Where cert-manager does that, ask it why not.";

/** @param until the day, `2026-01-31` */
export function certificateExpiresSoon(secret: string, until: string): Problem {
  return make(
    "tls/certificate-expires-soon",
    { object: `Secret ${secret}` },
    'data["tls.crt"]',
    until,
    `The certificate in Secret ${secret} is valid until ${until} only.`,
    EXPIRY_HINT,
  );
}

/** @param until the day, `2026-01-31` */
export function certificateExpired(secret: string, until: string): Problem {
  return make(
    "tls/certificate-expired",
    { object: `Secret ${secret}` },
    'data["tls.crt"]',
    until,
    `The certificate in Secret ${secret} has not been valid since ${until}: clients refuse it.`,
    EXPIRY_HINT,
  );
}
