/**
 * NGINX keeps idle connections to Endpoints by their address alone. So each protocol has a pool of its own, and each
 * TLS identity too: a connection that was opened with one Ingress's client certificate must not serve another's.
 */

/** Where everybody shares connections, by protocol. */
export const SHARED_POOLS = {
  http: "limpet",
  https: "limpet_https",
  grpc: "limpet_grpc",
  grpcs: "limpet_grpcs",
} as const;

/** Pools that a worker gives to one TLS identity each, for as long as it lives. */
export const OWN_POOLS = 32;

/** @param number from 1 to OWN_POOLS */
export function ownPool(number: number): string {
  return `limpet_own_${number}`;
}

/** For identities beyond those: each connection serves one request. */
export const UNPOOLED = "limpet_unpooled";
