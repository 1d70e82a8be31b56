import type { Endpoint } from "./model.ts";

/** An Endpoint's address as NGINX takes it and people read it: IPv6 in brackets. */
export function bracketedAddress(endpoint: Endpoint): string {
  return endpoint.address.indexOf(":") < 0 ? endpoint.address : `[${endpoint.address}]`;
}

/** `address:port`: what the access log, the metrics and `explain` call an Endpoint. */
export function endpointName(endpoint: Endpoint): string {
  return `${bracketedAddress(endpoint)}:${endpoint.port}`;
}
