import { type Document, isAlias, isMap, isScalar, isSeq, type LineCounter, type Node } from "yaml";
import type { FieldPath } from "../../objects/field-path.ts";

/** Both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Where a step from a node begins, and the node that it leads to. */
interface Found {
  readonly offset: number;
  readonly node: unknown;
}

function offsetOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

function step(node: unknown, key: string | number): Found | undefined {
  if (isSeq(node) && typeof key === "number") {
    const item = node.items[key];
    const offset = offsetOf(item);
    return offset === undefined ? undefined : { offset, node: item };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find((entry) => isScalar(entry.key) && String(entry.key.value) === String(key));
  const offset = offsetOf(pair?.key);
  return offset === undefined ? undefined : { offset, node: pair?.value };
}

/** Where a field stands in a file: its key; for what is not there, the nearest part around it that is. */
export function locate(document: Document, lines: LineCounter, path: FieldPath): Position {
  let node: unknown = document.contents;
  let offset = offsetOf(node) ?? document.range?.[0] ?? 0;
  for (const key of path) {
    const found = step(isAlias(node) ? node.resolve(document) : node, key);
    if (found === undefined) break;
    node = found.node;
    offset = found.offset;
  }
  return positionAt(lines, offset);
}

/** @param offset in characters from the file's start */
export function positionAt(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}
