import { pendingGroup } from "../pending.ts";

export const ENDPOINT_TLS_ANNOTATIONS = pendingGroup("TLS towards endpoints", [
  ["proxy-ssl-secret", "I", "R", "M", "The client certificate for endpoints, and their authorities.", "none"],
  ["proxy-ssl-verify", "I", "D", "M", "Whether endpoints must show a valid certificate.", "`off`"],
  ["proxy-ssl-verify-depth", "I", "D", "L", "How long its chain may be.", "`1`"],
  ["proxy-ssl-name", "I", "D", "L", "The name that it must hold.", "none"],
  ["proxy-ssl-server-name", "I", "D", "M", "Whether that name is sent.", "`off`"],
  ["proxy-ssl-ciphers", "I", "D", "L", "Ciphers towards endpoints.", "`DEFAULT`"],
  ["proxy-ssl-protocols", "I", "D", "L", "TLS versions towards endpoints.", "TLS 1.2"],
]);

export const CLIENT_TLS_ANNOTATIONS = pendingGroup("TLS towards clients", [
  ["ssl-ciphers", "I", "R", "L", "Ciphers of the host.", "NGINX's"],
  ["ssl-prefer-server-ciphers", "I", "D", "L", "Whether the order of the ciphers binds clients.", "none"],
]);
