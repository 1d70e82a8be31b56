/**
 * The host that a believed proxy says the client asked for: the first of a list (ingress-nginx: headers to the upstream), or
 * the client's own Host. Runs only where X-Forwarded headers are believed.
 */
export function toldHost(): string {
  const told = ngx.var["limpet_believed_host"] ?? "";
  const comma = told.indexOf(",");
  const first = (comma < 0 ? told : told.substring(0, comma)).trim();
  return first === "" ? (ngx.var["http_host"] ?? "") : first;
}
