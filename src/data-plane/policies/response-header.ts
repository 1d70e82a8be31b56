/** Puts a header of ours in the place of an Endpoint's. */
export function setResponseHeader(name: string, value: string): void {
  ngx.header[name] = value;
  // The response speaks for itself: no Cache-Control of ours beside it.
  if (name.toLowerCase() === "cache-control") ngx.var["limpet_cache_control"] = "";
}
