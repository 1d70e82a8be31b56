import assert from "node:assert/strict";
import type { Problem } from "../problems/problem.ts";
import type { Kind, KubernetesObject } from "./model.ts";
import { parseObject } from "./parse-object.ts";

type ObjectOf<K extends Kind> = Extract<KubernetesObject, { kind: K }>;

/** For tests: reads an object that must be accepted. */
export function accept<K extends Kind>(kind: K, raw: unknown): { object: ObjectOf<K>; problems: readonly Problem[] } {
  const result = parseObject(raw);
  assert.ok(result.ok, JSON.stringify(result));
  assert.equal(result.object.kind, kind);
  return { object: result.object as ObjectOf<K>, problems: result.problems };
}

/** For tests: reads an object that must be left out, and gives the Problems. */
export function refuse(raw: unknown): readonly Problem[] {
  const result = parseObject(raw);
  assert.ok(!result.ok && !result.ignored, JSON.stringify(result));
  return result.problems;
}

/** For tests: the fields that Problems are about. */
export function fieldsOf(problems: readonly Problem[]): readonly string[] {
  return problems.map((problem) => problem.field);
}
