import type { ClientCertificatePolicy, HostPolicies, RoutePolicies } from "../snapshot/route-policies.ts";
import type { Answer } from "./answer.ts";
import type { Matches } from "./canary/request-rules.ts";
import { commonNames } from "./common-names.ts";

/** What a TLS connection tells of its client. */
export interface TlsClient {
  /** What its session was made under: the `context` of a ClientCertificatePolicy, or anything else. */
  readonly context: string;
  /** Whether it showed a certificate. */
  readonly shown: boolean;
  /** What OpenSSL thinks of that: an X509_V_… of its x509_vfy.h, 0 for a good one. */
  readonly result: number;
  /** The certificate's subject (RFC 4514); empty where there is none. */
  readonly subject: string;
}

/** Nobody vouches for what cannot be told. */
const HOST_CLOSED: Answer = { reason: "denied", status: 503 };

/** The connection was made for another host, or before this one asked for what it asks now (RFC 9110 §15.5.20). */
const MISDIRECTED: Answer = { reason: "denied", status: 421 };

const OTHER_NAME: Answer = { reason: "denied", status: 403 };

/**
 * What `optional_no_ca` puts up with, as NGINX does: the chain is not ours. DEPTH_ZERO_SELF_SIGNED_CERT,
 * SELF_SIGNED_CERT_IN_CHAIN, UNABLE_TO_GET_ISSUER_CERT_LOCALLY, UNABLE_TO_VERIFY_LEAF_SIGNATURE, CERT_UNTRUSTED.
 */
const UNKNOWN_AUTHORITY: readonly number[] = [18, 19, 20, 21, 27];

/** 400 as NGINX says it, or the page for those. */
function withoutGoodCertificate({ errorPage }: ClientCertificatePolicy): Answer {
  if (errorPage === undefined) return { reason: "unauthorized", status: 400 };
  return { reason: "unauthorized", status: 302, location: errorPage };
}

function isGoodEnough({ verify }: ClientCertificatePolicy, result: number): boolean {
  if (result === 0) return true;
  return verify === "optional_no_ca" && UNKNOWN_AUTHORITY.indexOf(result) >= 0;
}

function isNamed(pattern: string, subject: string, matches: Matches): boolean {
  const names = commonNames(subject);
  for (let i = 0; i < names.length; i++) {
    // That it cannot be told is no match.
    if (matches(pattern, names[i] as string) === true) return true;
  }
  return false;
}

function judgeName({ commonName }: ClientCertificatePolicy, subject: string, matches: Matches): Answer | undefined {
  if (commonName === undefined || isNamed(commonName, subject, matches)) return undefined;
  return OTHER_NAME;
}

/** `auth-tls-…`, of a client that came over TLS. @returns why it is not served; undefined: it may be */
export function judgeTlsClient(
  policy: ClientCertificatePolicy,
  client: TlsClient,
  matches: Matches,
): Answer | undefined {
  if (policy.verify === "off") return judgeName(policy, "", matches);
  if (client.context !== policy.context) return MISDIRECTED;
  const good = client.shown ? isGoodEnough(policy, client.result) : policy.verify !== "on";
  return good ? judgeName(policy, client.subject, matches) : withoutGoodCertificate(policy);
}

/** The same of one that came over plain HTTP, which has nothing to show. */
export function judgePlainClient({ clients }: HostPolicies, { withoutCertificate }: RoutePolicies): Answer | undefined {
  if (clients === undefined || withoutCertificate === true) return undefined;
  if (clients.verify === "on") return withoutGoodCertificate(clients);
  return clients.commonName === undefined ? undefined : OTHER_NAME;
}

/** Why a host serves nobody; undefined: it does. */
export function judgeHost(host: HostPolicies | undefined): Answer | undefined {
  return host?.closed === true ? HOST_CLOSED : undefined;
}
