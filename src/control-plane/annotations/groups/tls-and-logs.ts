import { pendingGroup } from "../pending.ts";

export const CLIENT_TLS_ANNOTATIONS = pendingGroup("TLS towards clients", [
  ["ssl-ciphers", "I", "R", "L", "Ciphers of the host.", "NGINX's"],
  ["ssl-prefer-server-ciphers", "I", "D", "L", "Whether the order of the ciphers binds clients.", "none"],
]);

export const LOG_ANNOTATIONS = pendingGroup("Logs, traces, mirrors", [
  ["enable-access-log", "L", "D", "M", "Whether requests are logged.", "`true`"],
  ["enable-rewrite-log", "L", "D", "L", "Whether rewrites are logged.", "`false`"],
  ["enable-opentelemetry", "L", "D", "M", "Whether requests are traced.", "`false`"],
  ["opentelemetry-trust-incoming-span", "L", "D", "L", "Whether a client's trace goes on.", "`true`"],
  ["opentelemetry-operation-name", "L", "R", "L", "The name of the span.", "none"],
  ["mirror-target", "I", "D", "L", "Where a copy of each request is sent.", "none"],
  ["mirror-host", "I", "D", "L", "The Host of the copy.", "none"],
  ["mirror-request-body", "I", "D", "L", "Whether the copy has a body.", "`on`"],
]);
