import { quote } from "./quote.ts";

/** Older ones are dead (RFC 8996), and OpenSSL as distributions ship it refuses them. */
export const TLS_VERSIONS = ["TLSv1.2", "TLSv1.3"] as const;

export type TlsVersion = (typeof TLS_VERSIONS)[number];

/**
 * What NGINX can be told in its configuration alone, and so only when it starts: flags of `limpet run`. Keys of the ConfigMap
 * have the same names, less the capitals.
 */
export interface StaticSettings {
  /** Seconds that a client's idle connection is kept. */
  readonly keepAlive: number;
  /** Requests on one connection of a client. */
  readonly keepAliveRequests: number;
  /** Idle connections to Endpoints that a worker keeps. */
  readonly upstreamKeepaliveConnections: number;
  /** Seconds. */
  readonly upstreamKeepaliveTimeout: number;
  readonly upstreamKeepaliveRequests: number;
  /** Places for authorities that verify Endpoints. */
  readonly upstreamAuthorities: number;
  /** Seconds. */
  readonly clientHeaderTimeout: number;
  /** Seconds. */
  readonly clientBodyTimeout: number;
  /** As NGINX writes sizes: `1k`. */
  readonly clientHeaderBufferSize: string;
  /** `4 8k`: how many, and how large. */
  readonly largeClientHeaderBuffers: string;
  readonly enableUnderscoresInHeaders: boolean;
  readonly useGzip: boolean;
  /** 1 to 9. */
  readonly gzipLevel: number;
  /** Bytes. */
  readonly gzipMinLength: number;
  /** Media types. */
  readonly gzipTypes: readonly string[];
  /** Whether X-Forwarded headers of the proxies in `proxyRealIpCidr` are believed. */
  readonly useForwardedHeaders: boolean;
  /** A header's name. */
  readonly forwardedForHeader: string;
  /** Whether X-Forwarded-For is continued rather than replaced. */
  readonly computeFullForwardedFor: boolean;
  /** Addresses and networks as NGINX writes them. */
  readonly proxyRealIpCidr: readonly string[];
  readonly useProxyProtocol: boolean;
  /** Towards clients. */
  readonly sslProtocols: readonly TlsVersion[];
  /** Of TLS 1.2 towards clients, in OpenSSL's words. */
  readonly sslCiphers: string;
  readonly sslPreferServerCiphers: boolean;
  readonly useHttp2: boolean;
}

export const DEFAULT_STATIC_SETTINGS: StaticSettings = {
  keepAlive: 75,
  keepAliveRequests: 1000,
  upstreamKeepaliveConnections: 320,
  // Below the five seconds after which many servers close an idle connection, so that none is caught closing.
  upstreamKeepaliveTimeout: 4,
  upstreamKeepaliveRequests: 10000,
  upstreamAuthorities: 8,
  clientHeaderTimeout: 60,
  clientBodyTimeout: 60,
  clientHeaderBufferSize: "1k",
  largeClientHeaderBuffers: "4 8k",
  enableUnderscoresInHeaders: false,
  useGzip: false,
  gzipLevel: 1,
  gzipMinLength: 256,
  gzipTypes: [
    "application/javascript",
    "application/json",
    "application/manifest+json",
    "application/rss+xml",
    "application/vnd.api+json",
    "application/xml",
    "font/otf",
    "font/ttf",
    "image/svg+xml",
    "text/css",
    "text/javascript",
    "text/plain",
    "text/xml",
  ],
  useForwardedHeaders: false,
  forwardedForHeader: "X-Forwarded-For",
  computeFullForwardedFor: false,
  proxyRealIpCidr: ["0.0.0.0/0", "::/0"],
  useProxyProtocol: false,
  sslProtocols: TLS_VERSIONS,
  // With forward secrecy and authenticated encryption, for certificates of both kinds of key (Mozilla: intermediate).
  sslCiphers: [
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-CHACHA20-POLY1305",
    "ECDHE-RSA-CHACHA20-POLY1305",
  ].join(":"),
  sslPreferServerCiphers: false,
  useHttp2: true,
};

function gzipLines({ useGzip, gzipLevel, gzipMinLength, gzipTypes }: StaticSettings): readonly string[] {
  if (!useGzip) return [];
  return [
    "gzip on;",
    "gzip_proxied any;",
    "gzip_vary on;",
    `gzip_comp_level ${gzipLevel};`,
    `gzip_min_length ${gzipMinLength};`,
    `gzip_types ${gzipTypes.join(" ")};`,
  ];
}

/** Directives of the http context. */
export function staticLines(settings: StaticSettings): readonly string[] {
  return [
    `keepalive_timeout ${settings.keepAlive}s;`,
    `keepalive_requests ${settings.keepAliveRequests};`,
    `client_header_timeout ${settings.clientHeaderTimeout}s;`,
    `client_body_timeout ${settings.clientBodyTimeout}s;`,
    `client_header_buffer_size ${settings.clientHeaderBufferSize};`,
    `large_client_header_buffers ${settings.largeClientHeaderBuffers};`,
    ...(settings.enableUnderscoresInHeaders ? ["underscores_in_headers on;"] : []),
    ...gzipLines(settings),
  ];
}

/** Directives of an upstream that leads to Endpoints. @param connections idle ones that a worker keeps */
export function upstreamKeepAliveLines(settings: StaticSettings, connections: number): readonly string[] {
  return [
    `keepalive ${connections};`,
    `keepalive_requests ${settings.upstreamKeepaliveRequests};`,
    `keepalive_timeout ${settings.upstreamKeepaliveTimeout}s;`,
  ];
}

/** Directives of the server that speaks TLS. */
export function tlsLines({ sslProtocols, sslCiphers, sslPreferServerCiphers }: StaticSettings): readonly string[] {
  return [
    `ssl_protocols ${sslProtocols.join(" ")};`,
    `ssl_ciphers ${quote(sslCiphers)};`,
    ...(sslPreferServerCiphers ? ["ssl_prefer_server_ciphers on;"] : []),
  ];
}
