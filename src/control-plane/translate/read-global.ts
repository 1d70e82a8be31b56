import type { GlobalPolicies } from "../../snapshot/global-policies.ts";
import type { NamedLookUp } from "../annotations/annotation-context.ts";
import { findServed } from "../annotations/annotation-table.ts";
import type { Problem } from "../problems/problem.ts";
import { configMapMissing } from "../problems/settings-problems.ts";
import { readGlobalPolicies } from "../settings/global-policies.ts";
import { type GlobalSettings, NO_GLOBAL_SETTINGS } from "../settings/global-settings.ts";
import { readSettings } from "../settings/read-settings.ts";

/** What the ConfigMap of global settings says. */
export interface GlobalReading {
  readonly settings: GlobalSettings;
  /** What these have done to every request and response; undefined: nothing. */
  readonly policies: GlobalPolicies | undefined;
  readonly problems: readonly Problem[];
}

/**
 * Reads the global settings, and the objects that they name.
 *
 * @param configMap `namespace/name` @param startedWith what NGINX was started with, by the names of flags
 */
export function readGlobal(
  configMap: string,
  objects: NamedLookUp,
  startedWith: Readonly<Record<string, string>>,
): GlobalReading {
  const subject = { object: `ConfigMap ${configMap}` };
  const found = objects.configMap(configMap);
  if (found === undefined) {
    return { settings: NO_GLOBAL_SETTINGS, policies: undefined, problems: [configMapMissing(subject)] };
  }
  const { settings, problems } = readSettings(subject, found, startedWith, findServed);
  const all = [...problems];
  const report = (problem: Problem) => all.push(problem);
  const policies = readGlobalPolicies({ subject, global: settings, objects, report });
  return { settings, policies, problems: all };
}
