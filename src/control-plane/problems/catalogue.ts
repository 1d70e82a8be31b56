import { PUBLISH_PROBLEMS } from "../publish/refusal-problem.ts";
import { ADMISSION_PROBLEMS } from "./admission-problems.ts";
import { ANNOTATION_PROBLEMS } from "./annotation-problems.ts";
import { CANARY_PROBLEMS } from "./canary-problems.ts";
import type { Catalogue } from "./render-problems-page.ts";
import { SETTINGS_PROBLEMS } from "./settings-problems.ts";
import { SOURCE_PROBLEMS } from "./source-problems.ts";
import { TLS_PROBLEMS } from "./tls-problems.ts";
import { TRANSLATE_PROBLEMS } from "./translate-problems.ts";

/** Every code of every Problem: `docs/reference/problems.md` is made from it. */
export const PROBLEMS: Catalogue = {
  ...SOURCE_PROBLEMS,
  ...TRANSLATE_PROBLEMS,
  ...ANNOTATION_PROBLEMS,
  ...SETTINGS_PROBLEMS,
  ...CANARY_PROBLEMS,
  ...TLS_PROBLEMS,
  ...PUBLISH_PROBLEMS,
  ...ADMISSION_PROBLEMS,
};
