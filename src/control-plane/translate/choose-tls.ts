import type { CertificateReading, SecretCertificate } from "../certificates/read-certificate.ts";
import type { IngressTls } from "../objects/model.ts";
import type { Problem } from "../problems/problem.ts";
import {
  certificateOfOtherHosts,
  tlsHostNotListed,
  tlsSecretMissing,
  tlsSecretNotUsable,
} from "../problems/tls-problems.ts";
import type { IngressReading } from "./read-ingress.ts";

/** What a host that has TLS shows. */
export interface HostTls {
  /** One for each type of key; none: the default certificate. */
  readonly certificates: readonly SecretCertificate[];
  readonly problems: readonly Problem[];
}

/** What a Secret holds, by `namespace/name`; undefined while it is missing. To ask is to say that it is needed. */
export type FindCertificate = (secret: string) => CertificateReading | undefined;

/** An entry of `spec.tls` that names a Secret, as that. */
interface Entry {
  readonly secret: string;
  readonly field: string;
}

function lists({ hosts }: IngressTls, host: string): boolean {
  return hosts.some((listed) => listed.toLowerCase() === host);
}

/** The entries that name a Secret, of those that a condition holds for. */
function entriesOf({ ingress }: IngressReading, condition: (entry: IngressTls) => boolean): readonly Entry[] {
  return ingress.tls.flatMap((entry, i) => {
    if (!condition(entry) || entry.secretName === "") return [];
    return [{ secret: `${ingress.metadata.namespace}/${entry.secretName}`, field: `spec.tls[${i}].secretName` }];
  });
}

/** The certificate of an entry that lists the host, or what keeps it from being shown. */
function readListed(
  reading: IngressReading,
  { secret, field }: Entry,
  host: string,
  find: FindCertificate,
): SecretCertificate | Problem {
  const found = find(secret);
  if (found === undefined) return tlsSecretMissing(reading.subject, field, secret);
  if (!found.ok) return tlsSecretNotUsable(reading.subject, field, secret, found.why);
  return found.value.covers(host) ? found.value : certificateOfOtherHosts(reading.subject, field, secret, host);
}

/** The first of each type of key. ingress-nginx has one certificate for a host; more of other types are of use to clients. */
function oneOfEach(certificates: readonly SecretCertificate[]): readonly SecretCertificate[] {
  const byType = new Map<string, SecretCertificate>();
  for (const one of certificates) if (!byType.has(one.keyType)) byType.set(one.keyType, one);
  return [...byType.values()];
}

function chooseListed(
  reading: IngressReading,
  entries: readonly Entry[],
  host: string,
  find: FindCertificate,
): HostTls {
  const read = entries.map((entry) => readListed(reading, entry, host, find));
  const problems = read.filter((one) => "code" in one);
  return { certificates: oneOfEach(read.filter((one) => "covers" in one)), problems };
}

/** For a host that no entry lists: the first certificate that is valid for it. */
function chooseCovering(reading: IngressReading, host: string, find: FindCertificate): HostTls {
  for (const { secret } of entriesOf(reading, () => true)) {
    const found = find(secret);
    if (found?.ok === true && found.value.covers(host)) return { certificates: [found.value], problems: [] };
  }
  return { certificates: [], problems: [tlsHostNotListed(reading.subject, host)] };
}

/**
 * What a host shows to TLS clients, by the rules of ingress-nginx 1.15.1: the first Ingress of the host that has `tls` decides,
 * by the entries that list the host, or else by the first certificate that is valid for it. Undefined: the host has no TLS.
 *
 * @param readings those that declare the host, in order of precedence
 */
export function chooseTls(
  host: string,
  readings: readonly IngressReading[],
  find: FindCertificate,
): HostTls | undefined {
  const reading = readings.find(({ ingress }) => ingress.tls.length > 0);
  if (reading === undefined) return undefined;
  const isListed = reading.ingress.tls.some((entry) => lists(entry, host));
  if (!isListed) return chooseCovering(reading, host, find);
  return chooseListed(
    reading,
    entriesOf(reading, (entry) => lists(entry, host)),
    host,
    find,
  );
}
