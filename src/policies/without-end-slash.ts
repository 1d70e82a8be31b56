const SLASH = 47;

/** Path and query without a slash at their very end: how ingress-nginx writes the target of its own redirects. */
export function withoutEndSlash(requestUri: string): string {
  const last = requestUri.length - 1;
  return requestUri.charCodeAt(last) === SLASH ? requestUri.substring(0, last) : requestUri;
}
