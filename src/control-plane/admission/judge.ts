import type { Ingress } from "../objects/model.ts";
import { parseObject } from "../objects/parse-object.ts";
import type { Problem } from "../problems/problem.ts";
import { buildHost } from "../translate/build-host.ts";
import type { PathIndex } from "./path-index.ts";
import { readAlone } from "./read-alone.ts";
import { type RefusalRules, refusals } from "./refusals.ts";

/** What is said about an object that somebody wants to write. */
export interface Judgement {
  /** Why it is refused; empty: it is allowed. */
  readonly refused: readonly Problem[];
  /** What else is wrong with it: it may be written all the same. */
  readonly warned: readonly Problem[];
}

export interface JudgeOptions extends RefusalRules {
  readonly paths: PathIndex;
  readonly isOurs: (ingress: Ingress) => boolean;
  /** Whose objects are served; all of them when absent. */
  readonly watchNamespace?: string;
}

const SILENT: Judgement = { refused: [], warned: [] };

/** Somebody waits for it to go: what it says does not matter any more, and its finalizers have to come off. */
function isLeaving(raw: unknown): boolean {
  const { metadata } = raw as { readonly metadata?: { readonly deletionTimestamp?: unknown } | null };
  return typeof metadata?.deletionTimestamp === "string";
}

/** What `limpet check` says of an Ingress that stands alone. Services may come after it: none is looked for. */
function problemsOf(ingress: Ingress, { annotationPrefixes, global }: RefusalRules): readonly Problem[] {
  const reading = readAlone(ingress, annotationPrefixes, global);
  if ("alternatives" in reading) return reading.problems;
  const twice = [...reading.claims.keys()].flatMap((host) => buildHost(host, [reading]).problems);
  return [...reading.problems, ...twice];
}

/**
 * Judges an Ingress before it is written (ingress-nginx 1.15.1, validating webhook). One of another class or namespace is
 * nobody's business here, whatever it says.
 *
 * @param raw the Ingress as the API server has it
 */
export function judge(raw: object, options: JudgeOptions): Judgement {
  if (isLeaving(raw)) return SILENT;
  const parsed = parseObject(raw);
  // Nothing of it would be served, and the API server has checked its shape already.
  if (!parsed.ok) return { refused: [], warned: parsed.ignored ? [] : parsed.problems };
  const { object, problems } = parsed;
  const { watchNamespace, isOurs, paths } = options;
  if (object.kind !== "Ingress" || !isOurs(object)) return SILENT;
  if (watchNamespace !== undefined && object.metadata.namespace !== watchNamespace) return SILENT;
  const refused = refusals(object, paths, options);
  const told = new Set(refused.map(({ field }) => field));
  const all = [...problems, ...problemsOf(object, options)];
  return { refused, warned: all.filter(({ field }) => !told.has(field)) };
}
