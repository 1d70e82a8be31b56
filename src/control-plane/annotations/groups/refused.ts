import type { ObsoleteAnnotation, RefusedAnnotation } from "../annotation.ts";
import { BAD_VALUES, describe, type Row } from "./describe-unserved.ts";

const NO_SNIPPETS = "Raw configuration is not taken: use the annotation for the purpose, or let the application do it.";
const NO_MODSECURITY = "Run a web application firewall in front of Limpet or in the application.";

const NO_PASSTHROUGH =
  "What NGINX can hand through unopened is fixed in its configuration: give the application a Service of type LoadBalancer, or let Limpet speak TLS to it with backend-protocol HTTPS.";
const NO_FASTCGI = "Run a web server that speaks HTTP beside the FastCGI application, as its container's neighbour.";
const NO_TRACING =
  "NGINX as distributions ship it has no module for traces: begin them in the application or a sidecar. Trace headers of clients reach it, and so does X-Request-ID.";

function refused(row: Row, group: string, guards: boolean, instead: string): RefusedAnnotation {
  return { ...describe(group, row), status: "refused-by-design", guards, instead };
}

function snippet(row: Row, guards: boolean): RefusedAnnotation {
  return refused(row, "Raw configuration", guards, NO_SNIPPETS);
}

function modSecurity(row: Row, guards: boolean): RefusedAnnotation {
  return refused(row, "ModSecurity", guards, NO_MODSECURITY);
}

function tracing(row: Row): RefusedAnnotation {
  return refused(row, "Logs and traces", false, NO_TRACING);
}

/** What Limpet never does: no byte of a user's object reaches NGINX's configuration, and NGINX is the distribution's. */
export const REFUSED_ANNOTATIONS: readonly RefusedAnnotation[] = [
  snippet(["configuration-snippet", "L", "R", "H", "NGINX directives for the paths.", "none"], true),
  snippet(["server-snippet", "I", "R", "M", "NGINX directives for the host.", "none"], true),
  snippet(["stream-snippet", "I", "R", "L", "NGINX directives for TCP and UDP.", "none"], false),
  snippet(["auth-snippet", "L", "R", "M", "NGINX directives for the question to an authority.", "none"], true),
  modSecurity(["enable-modsecurity", "I", "D", "M", "A web application firewall.", "`false`"], true),
  modSecurity(["enable-owasp-core-rules", "I", "D", "M", "The firewall's common rules.", "`false`"], true),
  modSecurity(["modsecurity-snippet", "I", "R", "L", "Rules of the firewall.", "none"], true),
  modSecurity(["modsecurity-transaction-id", "I", "D", "L", "The id that the firewall logs.", "none"], false),
  // Clients that show certificates to the application would not be asked for one here.
  refused(
    ["ssl-passthrough", "I", "R", "M", "Hands TLS connections through unopened.", "`false`"],
    "Protocols",
    true,
    NO_PASSTHROUGH,
  ),
  refused(["fastcgi-index", "L", "R", "L", "The index file of FastCGI.", "none"], "Protocols", false, NO_FASTCGI),
  refused(
    ["fastcgi-params-configmap", "L", "X", "L", "A ConfigMap of FastCGI parameters.", "none"],
    "Protocols",
    false,
    NO_FASTCGI,
  ),
  tracing(["enable-opentelemetry", "L", "D", "M", "Whether requests are traced.", "`false`"]),
  tracing(["opentelemetry-trust-incoming-span", "L", "D", "L", "Whether a client's trace goes on.", "`true`"]),
  tracing(["opentelemetry-operation-name", "L", "R", "L", "The name of the span.", "none"]),
];

function obsolete(name: string, group: string, doc: string): ObsoleteAnnotation {
  const described = describe(group, [name, "I", "D", "L", doc, "none"]);
  return { ...described, status: "obsolete", onBadValue: BAD_VALUES.D };
}

/** Left-overs that ingress-nginx ignores too, or warned of before it retired. */
export const OBSOLETE_ANNOTATIONS: readonly ObsoleteAnnotation[] = [
  {
    ...obsolete("session-cookie-hash", "Session affinity", "Once the hash of the cookie's value."),
    popularity: "medium",
  },
  obsolete(
    "http2-push-preload",
    "Protocols",
    "Once turned Link headers into pushes; browsers and NGINX have dropped them.",
  ),
  obsolete("secure-verify-ca-secret", "TLS towards endpoints", "Once the authorities of endpoints."),
  obsolete("enable-influxdb", "Logs and traces", "Once the switch of an InfluxDB export."),
  obsolete("influxdb-measurement", "Logs and traces", "Once a setting of an InfluxDB export."),
  obsolete("influxdb-port", "Logs and traces", "Once a setting of an InfluxDB export."),
  obsolete("influxdb-host", "Logs and traces", "Once a setting of an InfluxDB export."),
  obsolete("influxdb-server-name", "Logs and traces", "Once a setting of an InfluxDB export."),
];
