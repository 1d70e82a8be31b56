import { makeProblem, type Subject } from "./make-problem.ts";
import type { Problem } from "./problem.ts";
import type { Catalogue } from "./render-problems-page.ts";

/** What can be wrong with the ConfigMap of global settings. */
export const SETTINGS_PROBLEMS = {
  "settings/config-map-missing": {
    severity: "warning",
    meaning: "There is no ConfigMap of the name that `--configmap` gives; every setting has its default.",
  },
  "settings/unknown": {
    severity: "warning",
    meaning: "No setting has this name; it has no effect.",
  },
  "settings/bad-value": {
    severity: "warning",
    meaning: "The value of a setting cannot be used; its default holds, or what it guards is closed.",
  },
  "settings/bad-entry": {
    severity: "error",
    meaning:
      "An entry of a list, or of a ConfigMap that a setting names, cannot be used; it is left out, and the others hold.",
  },
  "settings/object-missing": {
    severity: "error",
    meaning: "A setting names a ConfigMap that is missing; the setting has no effect until it is there.",
  },
  "settings/needs-restart": {
    severity: "warning",
    meaning: "NGINX learns this setting when it starts, and was started with another value.",
  },
  "settings/refused": {
    severity: "error",
    meaning: "Limpet never does what the setting is for, raw configuration for one; it has no effect.",
  },
  "settings/needless": {
    severity: "warning",
    meaning: "What the setting is for does not exist in Limpet; it has no effect.",
  },
} as const satisfies Catalogue;

function make(
  code: keyof typeof SETTINGS_PROBLEMS,
  subject: Subject,
  key: string,
  value: string,
  message: string,
  hint: string,
): Problem {
  const field = key === "" ? "metadata.name" : `data[${JSON.stringify(key)}]`;
  return makeProblem(code, SETTINGS_PROBLEMS[code].severity, { subject, field, value, message, hint });
}

export function configMapMissing(subject: Subject): Problem {
  const message = "There is no such ConfigMap: every global setting has its default.";
  return make("settings/config-map-missing", subject, "", "", message, "Create it, or leave --configmap out.");
}

/** @param nearest the known key that looks most like it; undefined when none does */
export function settingUnknown(subject: Subject, key: string, value: string, nearest: string | undefined): Problem {
  const hint = nearest === undefined ? "Remove it." : `Did you mean ${nearest}?`;
  return make("settings/unknown", subject, key, value, "No setting has this name: it has no effect.", hint);
}

export function settingBadValue(subject: Subject, key: string, value: string, hint: string): Problem {
  return make("settings/bad-value", subject, key, value, "This value cannot be used: the default holds.", hint);
}

/** The same where access depends on it. */
export function settingClosing(subject: Subject, key: string, value: string, hint: string): Problem {
  const message = "This value cannot be used: the Routes that go by it are closed and answer 503.";
  return make("settings/bad-value", subject, key, value, message, hint);
}

/** @param wrong what is wrong with the entry, half a sentence */
export function settingBadEntry(subject: Subject, key: string, entry: string, wrong: string, hint: string): Problem {
  return make("settings/bad-entry", subject, key, entry, `${wrong}: this entry is left out.`, hint);
}

export function settingObjectMissing(subject: Subject, key: string, value: string): Problem {
  const message = `There is no ConfigMap ${value}: the setting has no effect.`;
  return make("settings/object-missing", subject, key, value, message, "Create it, or correct the name.");
}

/** @param runs what NGINX was started with */
export function settingNeedsRestart(subject: Subject, key: string, value: string, flag: string, runs: string): Problem {
  const message = `NGINX learns this when it starts, from the flag --${flag}, and runs with "${runs}".`;
  return make("settings/needs-restart", subject, key, value, message, `Restart Limpet with --${flag}.`);
}

export function settingRefused(subject: Subject, key: string, value: string, instead: string): Problem {
  return make("settings/refused", subject, key, value, "This setting is never taken: it has no effect.", instead);
}

export function settingNeedless(subject: Subject, key: string, value: string, instead: string): Problem {
  return make("settings/needless", subject, key, value, "There is nothing to set here: it has no effect.", instead);
}
