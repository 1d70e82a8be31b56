import type { GlobalPolicies } from "../../snapshot/global-policies.ts";
import { readBlockedClients } from "./blocked-clients.ts";
import { readGlobalHeaders } from "./global-headers.ts";
import type { SettingsContext } from "./settings-context.ts";

/** What the settings have done to every request and response; undefined: nothing. */
export function readGlobalPolicies(context: SettingsContext): GlobalPolicies | undefined {
  const blocked = readBlockedClients(context);
  const policies: GlobalPolicies = { ...(blocked && { blocked }), ...readGlobalHeaders(context) };
  return Object.keys(policies).length === 0 ? undefined : policies;
}
