/** Has the Endpoint get a Connection header; who changes the protocol sends one of its own. */
export function sendConnection(value: string): void {
  const upgrade = ngx.var["http_upgrade"];
  if (upgrade !== undefined && upgrade !== "") return;
  ngx.var["limpet_rare_lines"] = `${ngx.var["limpet_rare_lines"] ?? ""}\r\nConnection: ${value}`;
}
