import type { PolicyRequest } from "../../policies/policy-request.ts";
import type { RequestState } from "../request.ts";

const METHODS: Omit<PolicyRequest, "path"> = {
  method: () => ngx.req.get_method(),
  hostHeader: () => ngx.var["http_host"] ?? "",
  requestUri: () => ngx.var["request_uri"] ?? "",
  query: () => ngx.var["args"],
  tls: () => ngx.var["https"] === "on",
  port: () => Number(ngx.var["server_port"]),
  address: () => ngx.var["remote_addr"] ?? "",
  header: (name) => ngx.var[`http_${name}`],
};

/** What policies may ask of the request that this worker serves just now. */
export function nginxRequest({ path }: RequestState): PolicyRequest {
  return {
    path,
    method: METHODS.method,
    hostHeader: METHODS.hostHeader,
    requestUri: METHODS.requestUri,
    query: METHODS.query,
    tls: METHODS.tls,
    port: METHODS.port,
    address: METHODS.address,
    header: METHODS.header,
  };
}
