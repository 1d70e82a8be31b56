import type { PolicyRequest } from "../../policies/policy-request.ts";
import type { RequestState } from "../request.ts";

const METHODS: Omit<PolicyRequest, "host" | "path"> = {
  method: () => ngx.req.get_method(),
  hostHeader: () => ngx.var["http_host"] ?? "",
  requestUri: () => ngx.var["request_uri"] ?? "",
  query: () => ngx.var["args"],
  tls: () => ngx.var["https"] === "on",
  address: () => ngx.var["remote_addr"] ?? "",
  header: (name) => ngx.var[`http_${name}`],
  argument: (name) => ngx.var[`arg_${name}`],
  cookie: (name) => ngx.var[`cookie_${name}`],
};

/** What policies may ask of the request that this worker serves just now. */
export function nginxRequest({ host, path }: RequestState): PolicyRequest {
  return {
    host,
    path,
    method: METHODS.method,
    hostHeader: METHODS.hostHeader,
    requestUri: METHODS.requestUri,
    query: METHODS.query,
    tls: METHODS.tls,
    address: METHODS.address,
    header: METHODS.header,
    argument: METHODS.argument,
    cookie: METHODS.cookie,
  };
}
