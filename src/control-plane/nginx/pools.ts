import { OWN_POOLS, ownPool, SHARED_POOLS, UNPOOLED } from "../../snapshot/pools.ts";
import type { Protocol } from "../../snapshot/profiles.ts";

/** Idle connections that a worker keeps in a shared pool, as ingress-nginx does, and in one of a single identity. */
const SHARED_CONNECTIONS = 320;
const OWN_CONNECTIONS = 32;

/** The variable that names the pool of a request by TLS: the code points it to one of the identity's own. */
export const TLS_POOL_VARIABLES = (["https", "grpcs"] as const)
  .map((protocol) => `    map "" $limpet_${protocol}_pool { default ${SHARED_POOLS[protocol]}; }`)
  .join("\n");

/** NGINX's name for the Endpoints of a protocol. */
export function poolOf(protocol: Protocol): string {
  return protocol === "https" || protocol === "grpcs" ? `$limpet_${protocol}_pool` : SHARED_POOLS[protocol];
}

function keepLines(connections: number): readonly string[] {
  if (connections === 0) return [];
  return [
    `keepalive ${connections};`,
    "keepalive_requests 10000;",
    "# Below the five seconds after which many servers close an idle connection, so that none is caught closing.",
    "keepalive_timeout 4s;",
  ];
}

function pool(name: string, connections: number): string {
  const lines = ["server 0.0.0.1;", "balancer_by_lua_block { limpet.balance() }", ...keepLines(connections)];
  return [`    upstream ${name} {`, ...lines.map((line) => `        ${line}`), "    }"].join("\n");
}

/** Every pool of connections to Endpoints. */
export const POOLS = [
  ...Object.values(SHARED_POOLS).map((name) => pool(name, SHARED_CONNECTIONS)),
  ...Array.from({ length: OWN_POOLS }, (_, i) => pool(ownPool(i + 1), OWN_CONNECTIONS)),
  pool(UNPOOLED, 0),
].join("\n\n");
