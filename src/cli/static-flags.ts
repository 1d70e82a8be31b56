import { DEFAULT_STATIC_SETTINGS, type StaticSettings } from "../control-plane/nginx/static-settings.ts";
import type { FlagTable } from "./flag.ts";
import {
  buffers,
  cipherList,
  headerName,
  mediaTypes,
  networks,
  size,
  tlsVersions,
  wholeNumber,
  yesOrNo,
} from "./parse-value.ts";

/** What NGINX learns when it starts. Keys of the ConfigMap of global settings have the same names. */
export const STATIC_FLAGS: FlagTable<StaticSettings> = {
  keepAlive: {
    name: "keep-alive",
    placeholder: "SECONDS",
    parse: wholeNumber(0, 86400),
    fallback: DEFAULT_STATIC_SETTINGS.keepAlive,

    doc: "seconds that a client's idle connection is kept",
  },
  keepAliveRequests: {
    name: "keep-alive-requests",
    placeholder: "N",
    parse: wholeNumber(1, 999_999_999),
    fallback: DEFAULT_STATIC_SETTINGS.keepAliveRequests,

    doc: "requests on one connection of a client",
  },
  upstreamKeepaliveConnections: {
    name: "upstream-keepalive-connections",
    placeholder: "N",
    parse: wholeNumber(1, 100_000),
    fallback: DEFAULT_STATIC_SETTINGS.upstreamKeepaliveConnections,

    doc: "idle connections to endpoints that a worker keeps",
  },
  upstreamKeepaliveTimeout: {
    name: "upstream-keepalive-timeout",
    placeholder: "SECONDS",
    parse: wholeNumber(1, 86400),
    fallback: DEFAULT_STATIC_SETTINGS.upstreamKeepaliveTimeout,

    doc: "seconds that one is kept; less than endpoints keep theirs",
  },
  upstreamKeepaliveRequests: {
    name: "upstream-keepalive-requests",
    placeholder: "N",
    parse: wholeNumber(1, 999_999_999),
    fallback: DEFAULT_STATIC_SETTINGS.upstreamKeepaliveRequests,

    doc: "requests on one connection to an endpoint",
  },
  upstreamAuthorities: {
    name: "upstream-authorities",
    placeholder: "N",
    parse: wholeNumber(0, 64),
    fallback: DEFAULT_STATIC_SETTINGS.upstreamAuthorities,

    doc: "different ca.crt that endpoints can be verified with until Limpet and NGINX start anew",
  },
  clientHeaderTimeout: {
    name: "client-header-timeout",
    placeholder: "SECONDS",
    parse: wholeNumber(1, 86400),
    fallback: DEFAULT_STATIC_SETTINGS.clientHeaderTimeout,

    doc: "seconds that a client may take for the headers of a request",
  },
  clientBodyTimeout: {
    name: "client-body-timeout",
    placeholder: "SECONDS",
    parse: wholeNumber(1, 86400),
    fallback: DEFAULT_STATIC_SETTINGS.clientBodyTimeout,

    doc: "seconds between two reads of a request's body",
  },
  clientHeaderBufferSize: {
    name: "client-header-buffer-size",
    placeholder: "SIZE",
    parse: size,
    fallback: DEFAULT_STATIC_SETTINGS.clientHeaderBufferSize,

    doc: "the buffer for the headers of a request",
  },
  largeClientHeaderBuffers: {
    name: "large-client-header-buffers",
    placeholder: '"N SIZE"',
    parse: buffers,
    fallback: DEFAULT_STATIC_SETTINGS.largeClientHeaderBuffers,

    doc: "larger buffers for headers: how many, and how large",
  },
  enableUnderscoresInHeaders: {
    name: "enable-underscores-in-headers",
    placeholder: "",
    parse: yesOrNo,
    fallback: DEFAULT_STATIC_SETTINGS.enableUnderscoresInHeaders,

    doc: "take headers with an underscore in their name",
  },
  useGzip: {
    name: "use-gzip",
    placeholder: "",
    parse: yesOrNo,
    fallback: DEFAULT_STATIC_SETTINGS.useGzip,

    doc: "compress responses",
  },
  gzipLevel: {
    name: "gzip-level",
    placeholder: "N",
    parse: wholeNumber(1, 9),
    fallback: DEFAULT_STATIC_SETTINGS.gzipLevel,

    doc: "how hard responses are compressed",
  },
  gzipMinLength: {
    name: "gzip-min-length",
    placeholder: "BYTES",
    parse: wholeNumber(0, 999_999_999),
    fallback: DEFAULT_STATIC_SETTINGS.gzipMinLength,

    doc: "bytes below which a response is left as it is",
  },
  gzipTypes: {
    name: "gzip-types",
    placeholder: "TYPE[,…]",
    parse: mediaTypes,
    fallback: DEFAULT_STATIC_SETTINGS.gzipTypes,
    shownDefault: DEFAULT_STATIC_SETTINGS.gzipTypes.join(","),
    doc: "media types that are compressed besides text/html",
  },
  useForwardedHeaders: {
    name: "use-forwarded-headers",
    placeholder: "",
    parse: yesOrNo,
    fallback: DEFAULT_STATIC_SETTINGS.useForwardedHeaders,

    doc: "believe the X-Forwarded headers of the proxies in --proxy-real-ip-cidr",
  },
  forwardedForHeader: {
    name: "forwarded-for-header",
    placeholder: "HEADER",
    parse: headerName,
    fallback: DEFAULT_STATIC_SETTINGS.forwardedForHeader,

    doc: "the header in which they name the client",
  },
  computeFullForwardedFor: {
    name: "compute-full-forwarded-for",
    placeholder: "",
    parse: yesOrNo,
    fallback: DEFAULT_STATIC_SETTINGS.computeFullForwardedFor,

    doc: "continue X-Forwarded-For instead of replacing it",
  },
  proxyRealIpCidr: {
    name: "proxy-real-ip-cidr",
    placeholder: "NETWORK[,…]",
    parse: networks,
    fallback: DEFAULT_STATIC_SETTINGS.proxyRealIpCidr,
    shownDefault: DEFAULT_STATIC_SETTINGS.proxyRealIpCidr.join(","),
    doc: "proxies that are believed, with --use-forwarded-headers or --use-proxy-protocol",
  },
  useProxyProtocol: {
    name: "use-proxy-protocol",
    placeholder: "",
    parse: yesOrNo,
    fallback: DEFAULT_STATIC_SETTINGS.useProxyProtocol,

    doc: "expect a PROXY protocol header on every connection",
  },
  sslProtocols: {
    name: "ssl-protocols",
    placeholder: "VERSION[,…]",
    parse: tlsVersions,
    fallback: DEFAULT_STATIC_SETTINGS.sslProtocols,
    shownDefault: DEFAULT_STATIC_SETTINGS.sslProtocols.join(","),
    doc: "TLS versions towards clients",
  },
  sslCiphers: {
    name: "ssl-ciphers",
    placeholder: "CIPHER[:…]",
    parse: cipherList,
    fallback: DEFAULT_STATIC_SETTINGS.sslCiphers,

    doc: "ciphers of TLS 1.2 towards clients, in OpenSSL's words",
  },
  sslPreferServerCiphers: {
    name: "ssl-prefer-server-ciphers",
    placeholder: "",
    parse: yesOrNo,
    fallback: DEFAULT_STATIC_SETTINGS.sslPreferServerCiphers,

    doc: "have their order bind clients",
  },
  useHttp2: {
    name: "use-http2",
    placeholder: "",
    parse: yesOrNo,
    fallback: DEFAULT_STATIC_SETTINGS.useHttp2,

    doc: "speak HTTP/2 with clients over TLS",
  },
};

/** The part of all flags that these are. */
export function staticSettings(flags: StaticSettings): StaticSettings {
  const entries = Object.keys(STATIC_FLAGS).map((field) => [field, flags[field as keyof StaticSettings]]);
  return Object.fromEntries(entries) as unknown as StaticSettings;
}

function shown(value: unknown): string {
  return Array.isArray(value) ? value.join(",") : String(value);
}

/** What NGINX is started with, by the names of flags, as a ConfigMap would say it. */
export function startedWith(flags: StaticSettings): Readonly<Record<string, string>> {
  const fields = Object.entries(STATIC_FLAGS) as [keyof StaticSettings, { readonly name: string }][];
  return Object.fromEntries(fields.map(([field, { name }]) => [name, shown(flags[field])]));
}
