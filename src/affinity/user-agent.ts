function has(userAgent: string, part: string): boolean {
  return userAgent.indexOf(part) >= 0;
}

/**
 * Whether a browser treats `SameSite=None` as Strict or drops the cookie: Chromium 4x to 6x, iOS 12, and Safari on
 * macOS 10.14 (the list of ingress-nginx's `session-cookie-conditional-samesite-none`).
 */
export function refusesSameSiteNone(userAgent: string): boolean {
  if (has(userAgent, "Chrome/4") || has(userAgent, "Chrome/5") || has(userAgent, "Chrome/6")) return true;
  if (has(userAgent, "CPU iPhone OS 12") || has(userAgent, "iPad; CPU OS 12")) return true;
  const oldSafari = has(userAgent, "Macintosh") && has(userAgent, "Intel Mac OS X 10_14") && has(userAgent, "Safari");
  return oldSafari && !has(userAgent, "Chrome");
}
