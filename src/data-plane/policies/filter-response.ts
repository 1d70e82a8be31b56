import { replacePrefix } from "../../policies/replacement.ts";
import { rewriteRefresh } from "../../policies/rewrite-redirect.ts";
import { rewriteSetCookie } from "../../policies/rewrite-set-cookie.ts";
import type { Replacement, ResponsePolicy } from "../../snapshot/route-policies.ts";
import { setResponseHeader } from "./response-header.ts";

/** The cookies of the application: NGINX adds ours behind this filter, so that nobody writes it anew. */
function rewriteCookies(policy: ResponsePolicy): void {
  // One line is a text, several are a list.
  const lines = ngx.header["Set-Cookie"] as string | string[] | undefined;
  if (lines === undefined) return;
  if (typeof lines === "string") {
    ngx.header["Set-Cookie"] = rewriteSetCookie(lines, policy);
    return;
  }
  for (let i = 0; i < lines.length; i++) lines[i] = rewriteSetCookie(lines[i] as string, policy);
  ngx.header["Set-Cookie"] = lines;
}

function rewriteRedirects(redirect: Replacement): void {
  const location = ngx.header["Location"] as string | undefined;
  const rewritten = location === undefined ? undefined : replacePrefix(location, redirect);
  if (rewritten !== undefined) ngx.header["Location"] = rewritten;
  const refresh = ngx.header["Refresh"] as string | undefined;
  const refreshed = refresh === undefined ? undefined : rewriteRefresh(refresh, redirect);
  if (refreshed !== undefined) ngx.header["Refresh"] = refreshed;
}

function setHeaders(headers: readonly string[]): void {
  for (let i = 0; i + 1 < headers.length; i += 2) setResponseHeader(headers[i] as string, headers[i + 1] as string);
}

/** What a Route has done to the headers of an Endpoint's response. */
export function filterResponse(policy: ResponsePolicy): void {
  if (policy.cookieDomain !== undefined || policy.cookiePath !== undefined) rewriteCookies(policy);
  if (policy.redirect !== undefined) rewriteRedirects(policy.redirect);
  if (policy.headers !== undefined) setHeaders(policy.headers);
}
