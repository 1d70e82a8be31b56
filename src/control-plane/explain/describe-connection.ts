import type { RetryPolicy, RoutePolicies, TimeoutPolicy } from "../../snapshot/route-policies.ts";

function describeTimeouts({ connect, send, read }: TimeoutPolicy): string {
  return `timeouts: ${connect} s to connect, ${send} s to send, ${read} s to read`;
}

function describeRetries({ attempts, seconds, onError, onTimeout, onStatus }: RetryPolicy): string {
  const after = [...(onError ? ["error"] : []), ...(onTimeout ? ["timeout"] : []), ...onStatus].join(", ");
  if (after === "" || attempts === 1) return "one attempt";
  const most = attempts === 0 ? "an attempt for each Endpoint" : `${attempts} attempts`;
  const limit = seconds === 0 ? "" : ` within ${seconds} s`;
  return `${most}${limit}, after ${after}`;
}

/** How a Route's requests reach its Endpoints where that is not as usual, for people; empty: it is. */
export function describeConnection({ timeouts, retries, body, endpointTls }: RoutePolicies): string {
  return [
    ...(timeouts === undefined ? [] : [describeTimeouts(timeouts)]),
    ...(retries === undefined ? [] : [describeRetries(retries)]),
    ...(body === undefined ? [] : [body.limit === 0 ? "bodies of any size" : `bodies of ${body.limit} bytes at most`]),
    ...(endpointTls?.serverName === undefined ? [] : [`server name ${endpointTls.serverName || "of the request"}`]),
    ...(endpointTls?.certificate === undefined ? [] : ["a client certificate"]),
    ...(endpointTls?.verified === undefined ? [] : ["a certificate of the Endpoint that is verified"]),
  ].join("; ");
}
