import { isDeepStrictEqual } from "node:util";
import { isJsonObject } from "./api-object.ts";

/** Why a patch cannot be applied. */
export interface PatchFault {
  readonly fault: string;
}

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

type Container = Record<string, unknown> | unknown[];

/** The steps of a JSON pointer (RFC 6901 section 3). */
function stepsOf(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function indexOf(list: readonly unknown[], step: string, adding: boolean): number {
  if (adding && step === "-") return list.length;
  const index = /^(0|[1-9]\d*)$/.test(step) ? Number(step) : -1;
  if (index < 0 || index >= list.length + (adding ? 1 : 0)) throw new RangeError(`no index ${step}`);
  return index;
}

function child(container: unknown, step: string): unknown {
  if (Array.isArray(container)) return container[indexOf(container, step, false)];
  if (isJsonObject(container) && Object.hasOwn(container, step)) return container[step];
  throw new RangeError(`no member ${step}`);
}

function read(document: unknown, pointer: string): unknown {
  return stepsOf(pointer).reduce(child, document);
}

function parentOf(document: unknown, steps: readonly string[]): Container {
  const parent = steps.slice(0, -1).reduce(child, document);
  if (!Array.isArray(parent) && !isJsonObject(parent)) throw new RangeError("the parent is neither object nor list");
  return parent as Container;
}

function add(document: unknown, pointer: string, value: unknown): unknown {
  const steps = stepsOf(pointer);
  const last = steps.at(-1);
  if (last === undefined) return value;
  const parent = parentOf(document, steps);
  if (Array.isArray(parent)) parent.splice(indexOf(parent, last, true), 0, value);
  else parent[last] = value;
  return document;
}

function remove(document: unknown, pointer: string): unknown {
  const steps = stepsOf(pointer);
  const last = steps.at(-1);
  if (last === undefined) return null;
  const parent = parentOf(document, steps);
  child(parent, last);
  if (Array.isArray(parent)) parent.splice(indexOf(parent, last, false), 1);
  else delete parent[last];
  return document;
}

function test(document: unknown, operation: Operation): unknown {
  if (!isDeepStrictEqual(read(document, operation.path), operation.value))
    throw new RangeError(`the test of ${operation.path} fails`);
  return document;
}

function apply(document: unknown, operation: Operation): unknown {
  const { op, path, from = "", value } = operation;
  if (op === "add") return add(document, path, structuredClone(value));
  if (op === "remove") return remove(document, path);
  if (op === "replace") return add(remove(document, path), path, structuredClone(value));
  if (op === "move") {
    const moved = read(document, from);
    return add(remove(document, from), path, moved);
  }
  if (op === "copy") return add(document, path, structuredClone(read(document, from)));
  if (op === "test") return test(document, operation);
  throw new RangeError(`no operation ${op}`);
}

function isOperation(value: unknown): value is Operation {
  return isJsonObject(value) && typeof value["op"] === "string" && typeof value["path"] === "string";
}

/** A JSON patch (RFC 6902): all of its operations, or a fault. */
export function jsonPatch(target: unknown, patch: unknown): { readonly value: unknown } | PatchFault {
  if (!Array.isArray(patch) || !patch.every(isOperation)) return { fault: "a JSON patch is a list of operations" };
  try {
    return { value: patch.reduce(apply, structuredClone(target)) };
  } catch (error) {
    if (error instanceof RangeError) return { fault: error.message };
    throw error;
  }
}
