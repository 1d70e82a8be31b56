import { parseAllDocuments } from "yaml";
import type { KubernetesObject } from "../../src/control-plane/objects/model.ts";
import { parseObject } from "../../src/control-plane/objects/parse-object.ts";
import type { Problem } from "../../src/control-plane/problems/problem.ts";
import { fromByteString } from "../../src/control-plane/publish/bytes.ts";
import type { ObjectChange } from "../../src/control-plane/sources/source.ts";
import { readRing } from "../../src/control-plane/translate/ring.ts";
import { TRANSLATE_DEFAULTS, type TranslateOptions } from "../../src/control-plane/translate/translate-options.ts";
import { Translator } from "../../src/control-plane/translate/translator.ts";
import { decode, type Plain } from "../../src/snapshot/codec.ts";

/** What the first document of a golden file may say: options that differ from the defaults. */
type GoldenOptions = Partial<Omit<TranslateOptions, "keys">>;

/** A fixed key, so that pins can stand in a file. */
const OPTIONS: TranslateOptions = {
  ...TRANSLATE_DEFAULTS,
  keys: { current: Buffer.from("the key of the golden files") },
};

function problemLine({ code, severity, object, field, value, message }: Problem): string {
  const stands = value === "" ? field : `${field} = ${value}`;
  return `${severity} ${code}: ${object}: ${stands}: ${message}`;
}

function readable(plain: Plain): unknown {
  if (typeof plain === "string") return fromByteString(plain);
  if (typeof plain !== "object") return plain;
  if (Array.isArray(plain)) return plain.map(readable);
  return Object.fromEntries(Object.entries(plain).map(([name, value]) => [name, readable(value)]));
}

/** Rings and slots are too long to be read: how long they are has to do. */
function showEntry(name: string, bytes: string): unknown {
  if (name.startsWith("ring/")) return `${readRing(Buffer.from(bytes, "latin1")).owners.length - 1} points`;
  if (name === "slots") return `${bytes.length} bytes`;
  const decoded = decode(bytes);
  return decoded.ok ? readable(decoded.value) : decoded.error;
}

interface Parsed {
  readonly options: GoldenOptions;
  readonly objects: readonly KubernetesObject[];
  readonly problems: readonly Problem[];
}

function parse(text: string): Parsed {
  let options: GoldenOptions = {};
  const objects: KubernetesObject[] = [];
  const problems: Problem[] = [];
  for (const document of parseAllDocuments(text)) {
    const raw: unknown = document.toJS();
    if (typeof raw === "object" && raw !== null && "options" in raw) {
      options = raw.options as GoldenOptions;
      continue;
    }
    const result = parseObject(raw);
    if (result.ok) objects.push(result.object);
    if (result.ok || !result.ignored) problems.push(...result.problems);
  }
  return { options, objects, problems };
}

/** The Snapshot and the Problems that manifests make, as readable JSON. @param text YAML, the objects of the case */
export function renderGolden(text: string): string {
  const { options, objects, problems } = parse(text);
  const translator = new Translator({ ...OPTIONS, ...options });
  const { changed } = translator.apply(objects.map((object): ObjectChange => ({ type: "set", object })));
  const names = [...changed.keys()].sort();
  const entries = names.map((name) => [fromByteString(name), showEntry(name, changed.get(name) ?? "")]);
  const all = [...problems, ...translator.problems()].map(problemLine);
  return `${JSON.stringify({ entries: Object.fromEntries(entries), problems: all }, null, 2)}\n`;
}
