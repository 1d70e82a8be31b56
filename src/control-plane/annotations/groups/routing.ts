import { pendingGroup } from "../pending.ts";
import { FALSE_TEXTS } from "../value-parsers.ts";

export const ROUTING_ANNOTATIONS = pendingGroup("Hosts, paths and errors", [
  ["server-alias", "I", "R", "M", "Further hosts of the Ingress.", "none"],
  ["use-regex", "L", "D", "H", "Paths are regular expressions.", "`false`"],
  ["rewrite-target", "L", "D", "H", "The path that the endpoint sees.", "none"],
  ["app-root", "L", "D", "M", "Sends requests for `/` to another path.", "none"],
  ["default-backend", "L", "R", "M", "The Service that answers when there is no endpoint.", "none"],
  ["custom-http-errors", "L", "R", "M", "Statuses that the default backend answers.", "none"],
  ["disable-proxy-intercept-errors", "L", "D", "L", "Leaves error responses as they are.", "`false`"],
]);

export const PENDING_REDIRECT_ANNOTATIONS = pendingGroup("Redirects", [
  ["ssl-redirect", "L", "D", "H", "Sends HTTP to HTTPS where the host has TLS.", "`true`", FALSE_TEXTS],
  ["force-ssl-redirect", "L", "D", "H", "Sends HTTP to HTTPS always.", "`false`"],
  ["preserve-trailing-slash", "L", "D", "L", "Keeps a slash at the end in that redirect.", "`false`"],
  ["relative-redirects", "L", "R", "L", "Writes redirects without scheme and host.", "`false`"],
  ["from-to-www-redirect", "L", "R", "M", "Joins `www.` and the bare host by a redirect.", "`false`"],
  ["use-port-in-redirects", "L", "D", "L", "Writes the port in redirects.", "`false`"],
]);
