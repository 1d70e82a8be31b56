import type { RequestText, TextPart } from "../snapshot/route-policies.ts";
import type { PolicyRequest } from "./policy-request.ts";

/** What one part stands for; what a request does not say is empty. */
function textOf({ source, name }: TextPart, request: PolicyRequest): string {
  if (source === "text") return name;
  if (source === "request-uri") return request.requestUri();
  if (source === "escaped-request-uri") return request.escapedRequestUri();
  if (source === "path") return request.path;
  if (source === "host") return request.host;
  if (source === "address") return request.address();
  if (source === "user") return request.user() ?? "";
  if (source === "header") return request.header(name) ?? "";
  if (source === "cookie") return request.cookie(name) ?? "";
  if (source === "argument") return request.argument(name) ?? "";
  if (source === "query") return request.query() ?? "";
  if (source === "method") return request.method();
  if (source === "time") return request.time();
  if (source === "request-id") return request.requestId();
  return request.tls() ? "https" : "http";
}

/** A text that differs from request to request, for this one. */
export function requestText(parts: RequestText, request: PolicyRequest): string {
  let text = "";
  for (let i = 0; i < parts.length; i++) text = text + textOf(parts[i] as TextPart, request);
  return text;
}
