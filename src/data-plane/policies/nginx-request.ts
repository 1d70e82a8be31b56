import type { PolicyRequest } from "../../policies/policy-request.ts";
import type { RequestState } from "../request.ts";

/** What ngx.escape_uri leaves alone: only what a component of a URI may hold. */
const ONE_COMPONENT = 2;

const METHODS: Omit<PolicyRequest, "host" | "path"> = {
  method: () => ngx.req.get_method(),
  hostHeader: () => ngx.var["http_host"] ?? "",
  requestUri: () => ngx.var["request_uri"] ?? "",
  escapedRequestUri: () => ngx.escape_uri(ngx.var["request_uri"] ?? "", ONE_COMPONENT),
  query: () => ngx.var["args"],
  tls: () => ngx.var["limpet_scheme"] === "https",
  port: () => Number(ngx.var["server_port"]),
  time: () => ngx.var["msec"] ?? "",
  requestId: () => ngx.var["limpet_request_id"] ?? "",
  address: () => ngx.var["remote_addr"] ?? "",
  user: () => ngx.var["remote_user"],
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
    escapedRequestUri: METHODS.escapedRequestUri,
    query: METHODS.query,
    tls: METHODS.tls,
    port: METHODS.port,
    time: METHODS.time,
    requestId: METHODS.requestId,
    address: METHODS.address,
    user: METHODS.user,
    header: METHODS.header,
    argument: METHODS.argument,
    cookie: METHODS.cookie,
  };
}
