import type { Hsts } from "../../snapshot/model.ts";
import { type GlobalSettings, liveSetting } from "./global-settings.ts";
import { HSTS, HSTS_INCLUDE_SUBDOMAINS, HSTS_MAX_AGE, HSTS_PRELOAD } from "./live-settings.ts";

/** What responses over TLS say of HSTS (RFC 6797), by the global settings; undefined: nothing. */
export function hstsOf(global: GlobalSettings): Hsts | undefined {
  if (!liveSetting(global, HSTS)) return undefined;
  return {
    maxAge: liveSetting(global, HSTS_MAX_AGE),
    includeSubDomains: liveSetting(global, HSTS_INCLUDE_SUBDOMAINS),
    preload: liveSetting(global, HSTS_PRELOAD),
  };
}
