import { OWN_POOLS, ownPool, SHARED_POOLS, UNPOOLED } from "../../snapshot/pools.ts";
import type { Protocol } from "../../snapshot/profiles.ts";
import { type StaticSettings, upstreamKeepAliveLines } from "./static-settings.ts";

/** Idle connections that a worker keeps in the pool of a single identity: a share of what it keeps in a shared one. */
const OWN_SHARE = 10;

/** The variable that names the pool of a request by TLS: the code points it to one of the identity's own. */
export const TLS_POOL_VARIABLES = (["https", "grpcs"] as const)
  .map((protocol) => `    map "" $limpet_${protocol}_pool { default ${SHARED_POOLS[protocol]}; }`)
  .join("\n");

/** NGINX's name for the Endpoints of a protocol. */
export function poolOf(protocol: Protocol): string {
  return protocol === "https" || protocol === "grpcs" ? `$limpet_${protocol}_pool` : SHARED_POOLS[protocol];
}

function pool(name: string, keep: readonly string[]): string {
  const lines = ["server 0.0.0.1;", "balancer_by_lua_block { limpet.balance() }", ...keep];
  return [`    upstream ${name} {`, ...lines.map((line) => `        ${line}`), "    }"].join("\n");
}

/** Every pool of connections to Endpoints. */
export function pools(settings: StaticSettings): string {
  const shared = settings.upstreamKeepaliveConnections;
  const own = Math.max(1, Math.floor(shared / OWN_SHARE));
  return [
    ...Object.values(SHARED_POOLS).map((name) => pool(name, upstreamKeepAliveLines(settings, shared))),
    ...Array.from({ length: OWN_POOLS }, (_, i) => pool(ownPool(i + 1), upstreamKeepAliveLines(settings, own))),
    pool(UNPOOLED, []),
  ].join("\n\n");
}
