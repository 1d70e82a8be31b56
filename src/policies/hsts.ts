import type { Hsts } from "../snapshot/model.ts";

/** The value of Strict-Transport-Security (RFC 6797 §6.1). */
export function hstsHeader({ maxAge, includeSubDomains, preload }: Hsts): string {
  const subDomains = includeSubDomains ? "; includeSubDomains" : "";
  return `max-age=${maxAge}${subDomains}${preload ? "; preload" : ""}`;
}
