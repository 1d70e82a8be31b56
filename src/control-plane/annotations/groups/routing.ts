import { pendingGroup } from "../pending.ts";

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
  ["relative-redirects", "L", "R", "L", "Writes redirects without scheme and host.", "`false`"],
]);
