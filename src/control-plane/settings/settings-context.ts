import type { NamedLookUp } from "../annotations/annotation-context.ts";
import type { Subject } from "../problems/make-problem.ts";
import type { Problem } from "../problems/problem.ts";
import type { GlobalSettings } from "./global-settings.ts";

/** What is made of the settings once all of them are read, and whom their Problems belong to. */
export interface SettingsContext {
  /** The ConfigMap of the settings. */
  readonly subject: Subject;
  readonly global: GlobalSettings;
  readonly objects: NamedLookUp;
  readonly report: (problem: Problem) => void;
}
