import type { StaticSettings } from "./static-settings.ts";

/** What Endpoints are told about the client's side: NGINX's variables, or constants. */
export interface ClientIdentity {
  readonly host: string;
  readonly address: string;
  readonly forwardedFor: string;
  readonly forwardedHost: string;
  readonly port: string;
  readonly scheme: string;
}

/** What a server sees for itself; it costs nothing at run time. */
function seen(port: number, scheme: string): ClientIdentity {
  return {
    host: "$http_host",
    address: "$remote_addr",
    forwardedFor: "$remote_addr",
    forwardedHost: "$http_host",
    port: String(port),
    scheme,
  };
}

/** What proxies in front say, as far as they are believed. */
function told({ computeFullForwardedFor }: StaticSettings): ClientIdentity {
  return {
    host: "$limpet_told_host",
    address: "$remote_addr",
    forwardedFor: computeFullForwardedFor ? "$limpet_full_forwarded_for" : "$remote_addr",
    forwardedHost: "$limpet_told_host",
    port: "$limpet_told_port",
    scheme: "$limpet_told_scheme",
  };
}

/** @param port that clients connect to @param scheme of their connections */
export function clientIdentity(settings: StaticSettings, port: number, scheme: "http" | "https"): ClientIdentity {
  return settings.useForwardedHeaders ? told(settings) : seen(port, scheme);
}

/** Whose word counts for the client's own address. */
function realIpLines(settings: StaticSettings): readonly string[] {
  const { useForwardedHeaders, useProxyProtocol, forwardedForHeader, proxyRealIpCidr } = settings;
  if (!useForwardedHeaders && !useProxyProtocol) return [];
  const header = useForwardedHeaders ? forwardedForHeader : "proxy_protocol";
  const from = proxyRealIpCidr.map((network) => `set_real_ip_from ${network};`);
  return [...from, `real_ip_header ${header};`, "real_ip_recursive on;"];
}

/** A header counts when it comes from a proxy that is believed. */
function toldLines({ proxyRealIpCidr }: StaticSettings): readonly string[] {
  const networks = proxyRealIpCidr.map((network) => `${network} 1;`).join(" ");
  return [
    `geo $realip_remote_addr $limpet_believed { default 0; ${networks} }`,
    'map $limpet_believed $limpet_believed_scheme { default ""; 1 $http_x_forwarded_proto; }',
    "map $limpet_believed_scheme $limpet_told_scheme { default $scheme; http http; https https; }",
    'map $limpet_believed $limpet_believed_port { default ""; 1 $http_x_forwarded_port; }',
    'map $limpet_believed_port $limpet_told_port { default $limpet_believed_port; "" $server_port; }',
    'map $limpet_believed $limpet_believed_host { default ""; 1 $http_x_forwarded_host; }',
    'map $limpet_believed$http_x_forwarded_for $limpet_full_forwarded_for { default "$http_x_forwarded_for, $realip_remote_addr"; 0 $realip_remote_addr; 1 $realip_remote_addr; }',
  ];
}

/** Directives of the http context that settle who the client is. */
export function clientIdentityLines(settings: StaticSettings): readonly string[] {
  const { host, scheme } = settings.useForwardedHeaders ? told(settings) : { host: "$http_host", scheme: "$scheme" };
  return [
    ...realIpLines(settings),
    ...(settings.useForwardedHeaders ? toldLines(settings) : []),
    "# What a Route says in place of the client's Host.",
    `map "" $limpet_upstream_host { default ${host}; }`,
    "# How the client came, as far as that is known.",
    `map "" $limpet_scheme { default ${scheme}; }`,
  ];
}

/** Directives of a server: the first host that a believed proxy names, or the client's Host. */
export function toldHostLines({ useForwardedHeaders }: StaticSettings): readonly string[] {
  return useForwardedHeaders ? ["set_by_lua_block $limpet_told_host { return limpet.toldHost() }"] : [];
}
