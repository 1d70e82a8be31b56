import type { PolicyRequest } from "../../src/policies/policy-request.ts";

/** A request of which only the headers matter. */
export function requestBy(header: PolicyRequest["header"]): PolicyRequest {
  return {
    host: "",
    path: "/",
    method: () => "GET",
    time: () => "0.000",
    requestId: () => "",
    hostHeader: () => "",
    requestUri: () => "/",
    escapedRequestUri: () => "%2F",
    user: () => undefined,
    query: () => undefined,
    port: () => 80,
    tls: () => false,
    address: () => "192.0.2.1",
    argument: () => undefined,
    cookie: () => undefined,
    header,
  };
}

/** Headers by their names as PolicyRequest has them. */
export function requestWith(headers: Readonly<Record<string, string>>): PolicyRequest {
  return requestBy((name) => headers[name]);
}
