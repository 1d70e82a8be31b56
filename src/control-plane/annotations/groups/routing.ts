import { pendingGroup } from "../pending.ts";
import { FALSE_TEXTS } from "../value-parsers.ts";

export const PENDING_REDIRECT_ANNOTATIONS = pendingGroup("Redirects", [
  ["ssl-redirect", "L", "D", "H", "Sends HTTP to HTTPS where the host has TLS.", "`true`", FALSE_TEXTS],
  ["force-ssl-redirect", "L", "D", "H", "Sends HTTP to HTTPS always.", "`false`"],
  ["preserve-trailing-slash", "L", "D", "L", "Keeps a slash at the end in that redirect.", "`false`"],
  ["from-to-www-redirect", "L", "R", "M", "Joins `www.` and the bare host by a redirect.", "`false`"],
  ["use-port-in-redirects", "L", "D", "L", "Writes the port in redirects.", "`false`"],
]);
