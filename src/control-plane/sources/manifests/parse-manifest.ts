import { type Document, LineCounter, parseAllDocuments, type YAMLParseError } from "yaml";
import { type FieldPath, parseFieldPath } from "../../objects/field-path.ts";
import type { KubernetesObject } from "../../objects/model.ts";
import { parseObject } from "../../objects/parse-object.ts";
import { unfold } from "../../objects/unfold.ts";
import type { Problem } from "../../problems/problem.ts";
import { fileDoesNotParse, placed } from "../../problems/source-problems.ts";
import type { Origin } from "../source.ts";
import { locate, positionAt } from "./locate.ts";
import { parseJsonManifest } from "./parse-json-manifest.ts";

export interface ManifestObject {
  readonly object: KubernetesObject;
  readonly origin: Origin;
}

/** What a file says. */
export interface Manifest {
  readonly objects: readonly ManifestObject[];
  readonly problems: readonly Problem[];
  /** The kinds that were passed over, once for each object. */
  readonly ignored: readonly string[];
}

interface Draft {
  readonly file: string;
  readonly lines: LineCounter;
  readonly objects: ManifestObject[];
  readonly problems: Problem[];
  readonly ignored: string[];
}

/** What the parser says, without the bytes it found: they may be a Secret's. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [first = ""] = message.split("\n");
  return first.replace(/: ".*$/, "").replace(/[.:]$/, "");
}

function syntaxProblem(file: string, lines: LineCounter, error: YAMLParseError): Problem {
  return fileDoesNotParse({ file, ...positionAt(lines, error.pos[0]) }, reasonOf(error));
}

function readRaw(draft: Draft, document: Document, raw: unknown, path: FieldPath): void {
  const result = parseObject(raw);
  if (!result.ok && result.ignored) {
    draft.ignored.push(result.kind);
    return;
  }
  for (const problem of result.problems) {
    const place = locate(document, draft.lines, [...path, ...parseFieldPath(problem.field)]);
    draft.problems.push(placed(problem, { file: draft.file, ...place }));
  }
  if (!result.ok) return;
  const { line } = locate(document, draft.lines, path);
  draft.objects.push({ object: result.object, origin: { file: draft.file, line } });
}

/** Gives the Problem of a document that cannot be turned into data, such as one with too many aliases. */
function readDocument(draft: Draft, document: Document): Problem | undefined {
  let data: unknown;
  try {
    data = document.toJS();
  } catch (error) {
    return fileDoesNotParse({ file: draft.file, ...locate(document, draft.lines, []) }, reasonOf(error));
  }
  if (data === null || data === undefined) return undefined;
  for (const { raw, path } of unfold(data)) readRaw(draft, document, raw, path);
  return undefined;
}

function parseText(file: string, text: string, lines: LineCounter): readonly Document.Parsed[] | Problem {
  try {
    // Merge keys are what kubectl reads; the parser would write its warnings to the process.
    const options = { lineCounter: lines, prettyErrors: false, merge: true, logLevel: "error" } as const;
    return [...parseAllDocuments(text, options)];
  } catch (error) {
    // Only a text nested deeper than the stack gets here.
    return fileDoesNotParse({ file, line: 1, column: 1 }, reasonOf(error));
  }
}

/**
 * Reads a file of YAML or JSON: any number of documents, each an object or a list of objects.
 *
 * @param file as it is named in origins and Problems
 * @returns what the file says, or the one Problem of a file that does not parse
 */
export function parseManifest(file: string, text: string): Manifest | Problem {
  return parseJsonManifest(file, text) ?? parseYamlManifest(file, text);
}

function parseYamlManifest(file: string, text: string): Manifest | Problem {
  const draft: Draft = { file, lines: new LineCounter(), objects: [], problems: [], ignored: [] };
  const documents = parseText(file, text, draft.lines);
  if ("code" in documents) return documents;
  for (const document of documents) {
    const [error] = document.errors;
    if (error !== undefined) return syntaxProblem(file, draft.lines, error);
  }
  for (const document of documents) {
    const problem = readDocument(draft, document);
    if (problem !== undefined) return problem;
  }
  return { objects: draft.objects, problems: draft.problems, ignored: draft.ignored };
}
