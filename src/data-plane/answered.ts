/** Whether an Endpoint's header arrived: NGINX gives these statuses itself where none did. */
export function answered(status: number): boolean {
  if (status !== 500 && status !== 502 && status !== 504) return true;
  const header = ngx.var["upstream_header_time"] ?? "";
  return header !== "" && header.substring(header.length - 1) !== "-";
}
