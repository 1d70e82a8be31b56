import type { ObsoleteAnnotation, RefusedAnnotation } from "../annotation.ts";
import { BAD_VALUES, describe, type Row } from "../pending.ts";

const NO_SNIPPETS = "Raw configuration is not taken: use the annotation for the purpose, or let the application do it.";
const NO_MODSECURITY = "Run a web application firewall in front of Limpet or in the application.";

function refused(row: Row, group: string, guards: boolean, instead: string): RefusedAnnotation {
  return { ...describe(group, row), status: "refused-by-design", guards, instead };
}

function snippet(row: Row, guards: boolean): RefusedAnnotation {
  return refused(row, "Raw configuration", guards, NO_SNIPPETS);
}

function modSecurity(row: Row, guards: boolean): RefusedAnnotation {
  return refused(row, "ModSecurity", guards, NO_MODSECURITY);
}

/** What Limpet never does: no byte of a user's object reaches NGINX's configuration. */
export const REFUSED_ANNOTATIONS: readonly RefusedAnnotation[] = [
  snippet(["configuration-snippet", "L", "R", "H", "NGINX directives for the paths.", "none"], true),
  snippet(["server-snippet", "I", "R", "M", "NGINX directives for the host.", "none"], true),
  snippet(["stream-snippet", "I", "R", "L", "NGINX directives for TCP and UDP.", "none"], false),
  snippet(["auth-snippet", "L", "R", "M", "NGINX directives for the question to an authority.", "none"], true),
  modSecurity(["enable-modsecurity", "I", "D", "M", "A web application firewall.", "`false`"], true),
  modSecurity(["enable-owasp-core-rules", "I", "D", "M", "The firewall's common rules.", "`false`"], true),
  modSecurity(["modsecurity-snippet", "I", "R", "L", "Rules of the firewall.", "none"], true),
  modSecurity(["modsecurity-transaction-id", "I", "D", "L", "The id that the firewall logs.", "none"], false),
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
  obsolete("secure-verify-ca-secret", "TLS towards endpoints", "Once the authorities of endpoints."),
  obsolete("enable-influxdb", "Logs, traces, mirrors", "Once the switch of an InfluxDB export."),
  obsolete("influxdb-measurement", "Logs, traces, mirrors", "Once a setting of an InfluxDB export."),
  obsolete("influxdb-port", "Logs, traces, mirrors", "Once a setting of an InfluxDB export."),
  obsolete("influxdb-host", "Logs, traces, mirrors", "Once a setting of an InfluxDB export."),
  obsolete("influxdb-server-name", "Logs, traces, mirrors", "Once a setting of an InfluxDB export."),
];
