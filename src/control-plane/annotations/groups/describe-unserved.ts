import type { Popularity, Scope } from "../annotation.ts";
import { FALSE_TEXTS, TRUE_TEXTS } from "../value-parsers.ts";

const SCOPES = { I: "ingress", L: "location" } as const satisfies Record<string, Scope>;
const POPULARITIES = { H: "high", M: "medium", L: "low" } as const satisfies Record<string, Popularity>;

/** What ingress-nginx does on a bad value. */
export const BAD_VALUES = {
  D: "the default",
  R: "the whole Ingress is rejected",
  X: "the Routes answer 503",
} as const;

/** Name, scope, what ingress-nginx does on a bad value, popularity, doc line, default, values that ask for nothing. */
export type Row = readonly [
  name: string,
  scope: keyof typeof SCOPES,
  onBadValue: keyof typeof BAD_VALUES,
  popularity: keyof typeof POPULARITIES,
  doc: string,
  default_: string,
  harmless?: readonly string[],
];

function harmlessFor(default_: string): readonly string[] {
  if (default_ === "`false`") return FALSE_TEXTS;
  return default_ === "`true`" ? TRUE_TEXTS : [];
}

/** What annotations that are not served have in common. A boolean that says its default asks for nothing. */
export function describe(group: string, row: Row) {
  const [name, scope, onBadValue, popularity, doc, default_, harmless] = row;
  return {
    name,
    group,
    scope: SCOPES[scope],
    doc,
    popularity: POPULARITIES[popularity],
    default: default_,
    onBadValue: BAD_VALUES[onBadValue],
    harmless: harmless ?? harmlessFor(default_),
  };
}
