import type { ServerName } from "../../snapshot/certificate.ts";
import type { IngressReading } from "./read-ingress.ts";

/**
 * What TLS clients of a host meet: its certificates, and the ciphers that its Ingresses ask for; undefined: nothing of its own.
 *
 * @param readings those that declare the host, in order of precedence: in each respect the first that says something counts
 */
export function withCipherWishes(
  shown: ServerName | undefined,
  readings: readonly IngressReading[],
): ServerName | undefined {
  const ciphers = readings.find((reading) => reading.ciphers.ciphers !== undefined)?.ciphers.ciphers;
  const preferOwn = readings.find((reading) => reading.ciphers.preferOwn !== undefined)?.ciphers.preferOwn;
  if (ciphers === undefined && preferOwn === undefined) return shown;
  return {
    ...shown,
    ...(ciphers !== undefined && { ciphers }),
    ...(preferOwn !== undefined && { preferOwn }),
  };
}
