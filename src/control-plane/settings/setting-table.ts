import { AUTHORITY_SETTINGS } from "./authority-settings.ts";
import { BLOCK_SETTINGS } from "./blocked-clients.ts";
import { HEADER_SETTINGS } from "./global-headers.ts";
import { LIVE_SETTINGS } from "./live-settings.ts";
import { defaultFor, restart, type Setting, unserved } from "./setting.ts";
import { TLS_SETTINGS } from "./tls-settings.ts";

/** Annotations whose default a ConfigMap may set. */
const DEFAULTS: readonly Setting[] = [
  defaultFor("ssl-redirect", "Whether hosts with TLS send HTTP to HTTPS."),
  defaultFor("force-ssl-redirect", "Whether every host does."),
  defaultFor("use-port-in-redirects", "Whether redirects name the port."),
  defaultFor("relative-redirects", "Whether redirects leave scheme and host out."),
  defaultFor("proxy-body-size", "The largest request body."),
  defaultFor("client-body-buffer-size", "The buffer for a request body."),
  defaultFor("proxy-connect-timeout", "Seconds until a connection counts as failed."),
  defaultFor("proxy-send-timeout", "Seconds between two writes to an endpoint."),
  defaultFor("proxy-read-timeout", "Seconds between two reads from an endpoint."),
  defaultFor("proxy-next-upstream", "Which failures are tried again."),
  defaultFor("proxy-next-upstream-tries", "Attempts in all."),
  defaultFor("proxy-next-upstream-timeout", "Seconds that all attempts may take."),
  defaultFor("proxy-request-buffering", "Whether a request is read whole before it is sent on."),
  defaultFor("proxy-buffering", "Whether responses are buffered."),
  defaultFor("proxy-buffer-size", "The buffer for response headers."),
  defaultFor("proxy-buffers-number", "Buffers for a response."),
  defaultFor("proxy-busy-buffers-size", "Buffers that may be busy at once."),
  defaultFor("proxy-max-temp-file-size", "The largest temporary file of a response."),
  defaultFor("proxy-http-version", "The HTTP version towards endpoints."),
  defaultFor("proxy-cookie-domain", "Rewrites the Domain of applications' cookies."),
  defaultFor("proxy-cookie-path", "Rewrites the Path of applications' cookies."),
  defaultFor("proxy-redirect-from", "What to rewrite in applications' redirects."),
  defaultFor("proxy-redirect-to", "What to write there instead."),
  defaultFor("load-balance", "How endpoints are chosen where there is no affinity."),
  defaultFor("upstream-hash-by", "Chooses endpoints by a hash of NGINX variables."),
  defaultFor("service-upstream", "Sends requests to the Services' own addresses."),
  defaultFor("custom-http-errors", "Statuses that the default backend answers."),
  defaultFor("disable-proxy-intercept-errors", "Leaves error responses as they are."),
  defaultFor("whitelist-source-range", "Addresses that may use the Ingresses.", "allowlist-source-range"),
  defaultFor("denylist-source-range", "Addresses that may not."),
  defaultFor("limit-rate", "Kilobytes a second of one response."),
  defaultFor("limit-rate-after", "Kilobytes before that limit begins."),
];

/** Settings of NGINX's own configuration, which is made from flags when Limpet starts. */
const RESTART: readonly Setting[] = [
  restart("keep-alive", "Seconds that a client's idle connection is kept."),
  restart("keep-alive-requests", "Requests on one connection of a client."),
  restart("upstream-keepalive-connections", "Idle connections to endpoints that a worker keeps."),
  restart("upstream-keepalive-timeout", "Seconds that one is kept."),
  unserved("needless", "upstream-keepalive-time", "A connection to an endpoint ends after its requests, or when idle."),
  restart("upstream-keepalive-requests", "Requests on one connection to an endpoint."),
  restart("client-header-timeout", "Seconds that a client may take for the headers of a request."),
  restart("client-body-timeout", "Seconds between two reads of a request's body."),
  restart("client-header-buffer-size", "The buffer for the headers of a request."),
  restart("large-client-header-buffers", "How many larger buffers there may be, and how large they are."),
  restart("enable-underscores-in-headers", "Whether headers with an underscore in their name are taken."),
  restart("use-gzip", "Whether responses are compressed."),
  restart("gzip-level", "How hard: 1 to 9."),
  restart("gzip-min-length", "Bytes below which a response is left as it is."),
  restart("gzip-types", "Which types are compressed besides text/html."),
  restart("use-forwarded-headers", "Whether X-Forwarded headers of proxies in front are believed."),
  restart("enable-real-ip", "Whether the client's address is taken from such a header.", "use-forwarded-headers"),
  restart("forwarded-for-header", "Which header names the client's address."),
  restart("compute-full-forwarded-for", "Whether X-Forwarded-For is continued rather than replaced."),
  restart("proxy-real-ip-cidr", "The addresses of proxies that are believed."),
  restart("upstream-authorities", "How many different `ca.crt` endpoints can be verified with."),
  restart("use-proxy-protocol", "Whether connections begin with a PROXY protocol header."),
  restart("ssl-protocols", "TLS versions towards clients."),
  restart("ssl-ciphers", "Ciphers of TLS 1.2 towards clients."),
  restart("ssl-prefer-server-ciphers", "Whether their order binds clients."),
  restart("use-http2", "Whether clients may speak HTTP/2."),
  restart("worker-processes", "NGINX workers.", "workers"),
  restart("worker-shutdown-timeout", "Seconds for requests to finish at the end.", "shutdown-grace-period"),
  restart("bind-address", "Where NGINX listens."),
];

const SNIPPET = "Raw configuration is not taken: use the annotation or setting for the purpose.";
const TUNING = "NGINX's tables are sized for what they hold: nothing to set.";
const GZIP_ALONE = "Responses are compressed by gzip alone: `use-gzip`, or let the application or a CDN do more.";
const NO_TRACING =
  "No traces are begun here: let the application or a sidecar do it. Trace headers of clients reach it, and so does X-Request-ID.";
const NO_GEOGRAPHY =
  "Where an address is, nobody looks up here: let the load balancer in front or the application do it.";
const ACCESS_LOG = "The access log is one JSON object a request: `--access-log`, `--access-log-format`.";

const UNSERVED: readonly Setting[] = [
  ...[
    "main-snippet",
    "http-snippet",
    "server-snippet",
    "location-snippet",
    "stream-snippet",
    "modsecurity-snippet",
    "global-auth-snippet",
  ].map((key) => unserved("refused", key, SNIPPET)),
  unserved("refused", "allow-snippet-annotations", "Snippets are never taken.", ["false"]),
  unserved("refused", "enable-modsecurity", "Run a web application firewall in front of Limpet.", ["false"]),
  unserved("refused", "enable-owasp-modsecurity-crs", "Run a web application firewall in front of Limpet.", ["false"]),
  unserved("refused", "ssl-dh-param", "Finite-field Diffie-Hellman is not offered."),
  unserved("refused", "plugins", "Lua of others is not run."),
  ...[
    "server-name-hash-max-size",
    "server-name-hash-bucket-size",
    "map-hash-bucket-size",
    "proxy-headers-hash-max-size",
  ].map((key) => unserved("needless", key, TUNING)),
  ...[
    "proxy-headers-hash-bucket-size",
    "variables-hash-max-size",
    "variables-hash-bucket-size",
    "lua-shared-dicts",
  ].map((key) => unserved("needless", key, TUNING)),
  ...[
    "max-worker-connections",
    "max-worker-open-files",
    "enable-multi-accept",
    "reuse-port",
    "worker-cpu-affinity",
  ].map((key) => unserved("needless", key, "Follows from the machine's limits.")),
  unserved("needless", "enable-serial-reloads", "Nothing ever reloads."),
  unserved("needless", "server-tokens", "No response says what serves it.", ["false"]),
  unserved("needless", "generate-request-id", "Every request has an id.", ["true"]),
  unserved("needless", "allow-backend-server-header", "The Server header of endpoints is passed on by none."),
  unserved("needless", "disable-ipv6", "Use `--bind-address`.", ["false"]),
  unserved("needless", "disable-ipv6-dns", "Names give the addresses that they have.", ["false"]),
  unserved("needless", "error-log-path", "Messages of NGINX go to stderr."),
  unserved("needless", "error-log-level", "Messages of NGINX go to stderr, from warnings on."),
  ...[
    "access-log-path",
    "http-access-log-path",
    "access-log-params",
    "log-format-upstream",
    "log-format-escape-json",
  ].map((key) => unserved("needless", key, ACCESS_LOG)),
  ...[
    "log-format-escape-none",
    "disable-access-log",
    "enable-access-log-for-default-backend",
    "skip-access-log-urls",
  ].map((key) => unserved("needless", key, ACCESS_LOG, ["false"])),
  ...["stream-access-log-path", "disable-stream-access-log", "log-format-stream", "proxy-stream-timeout"].map((key) =>
    unserved("needless", key, "TCP and UDP Services are not served."),
  ),
  unserved("needless", "annotations-risk-level", "No annotation can reach NGINX's configuration, so none is risky."),
  unserved("refused", "enable-brotli", GZIP_ALONE, ["false"]),
  ...["brotli-level", "brotli-min-length", "brotli-types"].map((key) => unserved("refused", key, GZIP_ALONE)),
  unserved(
    "refused",
    "enable-ocsp",
    "Issuers and browsers are giving OCSP up: certificates that live shortly do instead.",
    ["false"],
  ),
  unserved("refused", "enable-opentelemetry", NO_TRACING, ["false"]),
  ...[
    "otlp-collector-host",
    "otlp-collector-port",
    "otel-service-name",
    "otel-sampler",
    "otel-sampler-ratio",
    "otel-sampler-parent-based",
    "otel-max-queuesize",
    "otel-schedule-delay-millis",
    "otel-max-export-batch-size",
    "opentelemetry-config",
    "opentelemetry-operation-name",
    "opentelemetry-trust-incoming-span",
  ].map((key) => unserved("refused", key, NO_TRACING)),
  unserved("refused", "use-geoip", NO_GEOGRAPHY, ["false"]),
  unserved("refused", "use-geoip2", NO_GEOGRAPHY, ["false"]),
  unserved("refused", "geoip2-autoreload-in-minutes", NO_GEOGRAPHY, ["0"]),
  unserved("refused", "ssl-early-data", "Early data can be replayed by others: no request is taken from it.", [
    "false",
  ]),
  ...["ssl-session-cache", "ssl-session-cache-size", "ssl-session-timeout"].map((key) =>
    unserved("needless", key, "TLS sessions are kept for an hour, in 10m for all workers."),
  ),
  unserved("needless", "ssl-session-ticket-key", "Keys of tickets are random, and others every six hours."),
  unserved("needless", "ssl-buffer-size", "TLS records are of 4k, so that a client can read the first one at once."),
  unserved("needless", "ssl-ecdh-curve", "OpenSSL chooses a curve that the client has.", ["auto"]),
  ...["http2-max-field-size", "http2-max-header-size"].map((key) =>
    unserved("needless", key, "Headers of HTTP/2 have the bounds of `large-client-header-buffers`."),
  ),
  unserved("needless", "http2-max-requests", "`keep-alive-requests` holds for HTTP/2 as well."),
  unserved("needless", "http2-max-concurrent-streams", "A connection may have 128 at once.", ["128"]),
  unserved("needless", "ignore-invalid-headers", "Headers whose names are invalid are not passed on.", ["true"]),
  unserved("needless", "enable-aio-write", "Temporary files are rare: responses are not buffered by default.", [
    "true",
    "false",
  ]),
  unserved("needless", "gzip-disable", "Browsers that gzip confuses are gone."),
  unserved("needless", "limit-conn-zone-variable", "Limits go by the client's address.", [
    "$binary_remote_addr",
    "$remote_addr",
  ]),
  unserved("needless", "debug-connections", "Messages of NGINX go to stderr, from warnings on."),
  ...["nginx-status-ipv4-whitelist", "nginx-status-ipv6-whitelist"].map((key) =>
    unserved("needless", key, "The status of NGINX is in `/metrics`, on the admin port."),
  ),
  ...["enable-syslog", "syslog-host", "syslog-port"].map((key) => unserved("needless", key, ACCESS_LOG, ["false"])),
];

/** Every key of ingress-nginx's ConfigMap that Limpet knows, and what it does with it. Declared once, here. */
export const SETTINGS: readonly Setting[] = [
  ...LIVE_SETTINGS,
  ...AUTHORITY_SETTINGS,
  ...HEADER_SETTINGS,
  ...BLOCK_SETTINGS,
  ...TLS_SETTINGS,
  ...DEFAULTS,
  ...RESTART,
  ...UNSERVED,
];

const BY_KEY: ReadonlyMap<string, Setting> = new Map(SETTINGS.map((setting) => [setting.key, setting]));

export function findSetting(key: string): Setting | undefined {
  return BY_KEY.get(key);
}
