import type { NamedLookUp } from "../annotations/annotation-context.ts";
import type { Ingress } from "../objects/model.ts";
import { type GlobalSettings, NO_GLOBAL_SETTINGS } from "../settings/global-settings.ts";
import type { CanaryReading } from "../translate/canary-reading.ts";
import { type IngressReading, readIngress } from "../translate/read-ingress.ts";
import { ImaginedTrust } from "../trust/trust-places.ts";

const NOTHING: NamedLookUp = { secret: () => undefined, configMap: () => undefined };

/**
 * Reads an Ingress as it is served, without any other object: what it names may come after it, and is read only once
 * something names it. Nothing remembers that it was read.
 */
export function readAlone(
  ingress: Ingress,
  prefixes: readonly string[],
  global: GlobalSettings = NO_GLOBAL_SETTINGS,
): IngressReading | CanaryReading {
  const reading = readIngress(ingress, undefined, prefixes, { objects: NOTHING, global, trust: new ImaginedTrust() });
  return { ...reading, problems: reading.problems.filter(({ code }) => code !== "annotation/object-missing") };
}
