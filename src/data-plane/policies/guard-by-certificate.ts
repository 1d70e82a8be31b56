import type { Answer } from "../../policies/answer.ts";
import { judgeHost, judgePlainClient, judgeTlsClient, type TlsClient } from "../../policies/client-certificate.ts";
import type { HostPolicies, RoutePolicies } from "../../snapshot/route-policies.ts";
import { isTls } from "../nginx-values.ts";
import { sessionContext, verifyResult } from "../tls/connection.ts";
import { tellOfClient, withholdClaims } from "./client-headers.ts";
import { matches } from "./regex.ts";

function tlsClient(): TlsClient {
  return {
    context: sessionContext(),
    shown: ngx.var["ssl_client_verify"] !== "NONE",
    result: verifyResult(),
    subject: ngx.var["ssl_client_s_dn"] ?? "",
  };
}

/** Whom a host serves: over TLS before anything of its Routes is looked at, as NGINX does it. */
export function guardHost(host: HostPolicies): Answer | undefined {
  const closed = judgeHost(host);
  if (closed !== undefined || host.clients === undefined) return closed;
  // Before anything else sees the request, be it the backend of error pages.
  withholdClaims();
  return isTls() ? judgeTlsClient(host.clients, tlsClient(), matches) : undefined;
}

/**
 * What is left to say when nothing of the Route's own answers. Over plain HTTP that is behind the redirect to HTTPS, where
 * clients can show who they are; over TLS Endpoints, and whoever is asked about the client, are told of it.
 */
export function passClient(host: HostPolicies, policies: RoutePolicies): Answer | undefined {
  if (host.clients === undefined) return undefined;
  if (!isTls()) return judgePlainClient(host, policies);
  tellOfClient(host.clients);
  return undefined;
}
