import { OWN_POOLS, ownPool, UNPOOLED } from "../../snapshot/pools.ts";
import type { EndpointTlsPolicy } from "../../snapshot/route-policies.ts";

/** By identity: what this worker gave a pool of its own. Never taken back, as requests may use one for hours. */
const pools: Record<string, string | undefined> = {};
let poolCount = 0;

function poolOf(identity: string): string {
  const known = pools[identity];
  if (known !== undefined) return known;
  if (poolCount === OWN_POOLS) return UNPOOLED;
  poolCount++;
  const pool = ownPool(poolCount);
  pools[identity] = pool;
  return pool;
}

/** PEM that NGINX takes from a variable rather than from a file. */
function inLine(pem: string): string {
  return `data:${pem}`;
}

/** Tells NGINX what it shows an Endpoint in a TLS handshake. */
export function useEndpointTls(policy: EndpointTlsPolicy): void {
  const { protocol, serverName, certificate, key, verified } = policy;
  const name = serverName === "" ? (ngx.var["host"] as string) : (serverName ?? "");
  ngx.var["limpet_ssl_name"] = name;
  if (certificate !== undefined && key !== undefined) {
    ngx.var["limpet_ssl_certificate"] = inLine(certificate);
    ngx.var["limpet_ssl_certificate_key"] = inLine(key);
  }
  // Whom a connection was opened to is known only where it was verified in the same way, by the same authorities.
  ngx.var[`limpet_${protocol}_pool`] = poolOf(`${verified ?? protocol} ${name} ${certificate ?? ""}`);
}
