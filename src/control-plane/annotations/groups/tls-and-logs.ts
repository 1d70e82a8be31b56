import { pendingGroup } from "../pending.ts";

export const CLIENT_TLS_ANNOTATIONS = pendingGroup("TLS towards clients", [
  ["ssl-ciphers", "I", "R", "L", "Ciphers of the host.", "NGINX's"],
  ["ssl-prefer-server-ciphers", "I", "D", "L", "Whether the order of the ciphers binds clients.", "none"],
]);
