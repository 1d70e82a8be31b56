import type { AffinityPolicy } from "../snapshot/model.ts";
import { cookieTime } from "./cookie-time.ts";
import { refusesSameSiteNone } from "./user-agent.ts";

/** What the attributes depend on besides the policy. */
export interface Exchange {
  /** Whether the client's connection to us is TLS. */
  readonly tls: boolean;
  readonly userAgent: string | undefined;
  /** Seconds since 1970. */
  readonly now: number;
}

function sameSite(policy: AffinityPolicy, exchange: Exchange): string {
  if (policy.sameSite === undefined) return "";
  const omit =
    policy.sameSite === "None" &&
    policy.conditionalSameSiteNone &&
    exchange.userAgent !== undefined &&
    refusesSameSiteNone(exchange.userAgent);
  return omit ? "" : `; SameSite=${policy.sameSite}`;
}

/** The whole Set-Cookie value, attributes in ingress-nginx's order and spelling. */
export function bakeSetCookie(policy: AffinityPolicy, value: string, exchange: Exchange): string {
  const secure = policy.secure === "always" || (policy.secure === "auto" && exchange.tls);
  const expires = policy.expires === undefined ? "" : `; Expires=${cookieTime(exchange.now + policy.expires)}`;
  const maxAge = policy.maxAge === undefined ? "" : `; Max-Age=${policy.maxAge}`;
  const domain = policy.cookieDomain === undefined ? "" : `; Domain=${policy.cookieDomain}`;
  const flags = secure ? "; Secure; HttpOnly" : "; HttpOnly";
  const where = `${maxAge}${domain}; Path=${policy.cookiePath}${flags}`;
  return `${policy.cookieName}=${value}${expires}${where}${sameSite(policy, exchange)}`;
}
