import { X509Certificate } from "node:crypto";
import { parseAllDocuments } from "yaml";
import type { NameChange, ResolvedName } from "../../src/control-plane/names/resolved-name.ts";
import type { KubernetesObject } from "../../src/control-plane/objects/model.ts";
import { parseObject } from "../../src/control-plane/objects/parse-object.ts";
import type { Problem } from "../../src/control-plane/problems/problem.ts";
import { fromByteString } from "../../src/control-plane/publish/bytes.ts";
import type { ObjectChange } from "../../src/control-plane/sources/source.ts";
import { nodeId } from "../../src/control-plane/translate/classic.ts";
import { TRANSLATE_DEFAULTS, type TranslateOptions } from "../../src/control-plane/translate/translate-options.ts";
import { Translator } from "../../src/control-plane/translate/translator.ts";
import { hstsHeader } from "../../src/policies/hsts.ts";
import { decode, type Plain } from "../../src/snapshot/codec.ts";
import { decodeCertificate } from "../../src/snapshot/entries.ts";
import type { Endpoint, Hsts } from "../../src/snapshot/model.ts";

/** What a document of a golden file may say: options that differ from the defaults. */
type GoldenOptions = Partial<Omit<TranslateOptions, "keys">>;

/** What another one may say: what names lead to. A name that stands nowhere has not been looked up. */
type GoldenNames = Readonly<Record<string, Partial<ResolvedName>>>;

/** A fixed key, so that pins can stand in a file. */
const OPTIONS: TranslateOptions = {
  ...TRANSLATE_DEFAULTS,
  keys: { current: Buffer.from("the key of the golden files") },
};

function problemLine({ code, severity, object, field, value, message }: Problem): string {
  const stands = value === "" ? field : `${field} = ${value}`;
  return `${severity} ${code}: ${object}: ${stands}: ${message}`;
}

/** As JSON, but an Endpoint and the HSTS header in one line. */
function readable(plain: Plain): unknown {
  if (typeof plain === "string") return fromByteString(plain);
  if (typeof plain !== "object") return plain;
  if (Array.isArray(plain)) return plain.map(readable);
  if ("address" in plain) return `${nodeId(plain as unknown as Endpoint)} ${plain.state}`;
  if ("includeSubDomains" in plain) return hstsHeader(plain as unknown as Hsts);
  return Object.fromEntries(Object.entries(plain).map(([name, value]) => [name, readable(value)]));
}

/** Rings and slots are too long to be read: how long they are has to do. */
function showEntry(name: string, bytes: string): unknown {
  if (name.startsWith("ring/")) return `${Buffer.from(bytes, "latin1").readUInt32LE(0)} points`;
  if (name.startsWith("certificate/")) return showCertificate(bytes);
  if (name === "slots") return `${bytes.length} bytes`;
  const decoded = decode(bytes);
  return decoded.ok ? readable(decoded.value) : decoded.error;
}

function showCertificate(bytes: string): string {
  const decoded = decodeCertificate(bytes);
  if (!decoded.ok) return decoded.error;
  return `of ${new X509Certificate(decoded.value.chain).subjectAltName}`;
}

const WIDTH = 120;

/** Prints JSON as the formatter has it: a list of plain values stands in one line where it fits. */
function print(value: unknown, indent: string, before = 0): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const line = `[${value.map((item) => JSON.stringify(item)).join(", ")}]`;
    const plain = value.every((item) => typeof item !== "object");
    if (plain && indent.length + before + line.length < WIDTH) return line;
    return `[\n${value.map((item) => inner + print(item, inner)).join(",\n")}\n${indent}]`;
  }
  const fields = Object.entries(value).map(([name, field]) => {
    const key = `${JSON.stringify(name)}: `;
    return inner + key + print(field, inner, key.length);
  });
  return fields.length === 0 ? "{}" : `{\n${fields.join(",\n")}\n${indent}}`;
}

interface Parsed {
  readonly options: GoldenOptions;
  readonly names: readonly NameChange[];
  /** Those of each change: a document that says `later: true` begins the next one. */
  readonly objects: readonly (readonly KubernetesObject[])[];
  readonly problems: readonly Problem[];
}

function nameChanges(names: GoldenNames): NameChange[] {
  return Object.entries(names).map(([name, known]) => {
    return { type: "resolved", name, resolved: { ipv4: [], ipv6: [], ...known } };
  });
}

function parse(text: string): Parsed {
  let options: GoldenOptions = {};
  const names: NameChange[] = [];
  const objects: KubernetesObject[][] = [[]];
  const problems: Problem[] = [];
  for (const document of parseAllDocuments(text)) {
    const raw: unknown = document.toJS();
    if (typeof raw === "object" && raw !== null && "options" in raw) {
      options = raw.options as GoldenOptions;
      continue;
    }
    if (typeof raw === "object" && raw !== null && "names" in raw) {
      names.push(...nameChanges(raw.names as GoldenNames));
      continue;
    }
    if (typeof raw === "object" && raw !== null && "later" in raw) {
      objects.push([]);
      continue;
    }
    const result = parseObject(raw);
    if (result.ok) objects.at(-1)?.push(result.object);
    if (result.ok || !result.ignored) problems.push(...result.problems);
  }
  return { options, names, objects, problems };
}

/** The Snapshot and the Problems that manifests make, as readable JSON. @param text YAML, the objects of the case */
export function renderGolden(text: string): string {
  const { options, names, objects, problems } = parse(text);
  const translator = new Translator({ ...OPTIONS, ...options });
  const batches = objects.map((batch) => batch.map((object): ObjectChange => ({ type: "set", object })));
  const changed = new Map([...batches, names].flatMap((batch) => [...translator.apply(batch).changed]));
  const entries = [...changed.keys()]
    .sort()
    .map((name) => [fromByteString(name), showEntry(name, changed.get(name) ?? "")]);
  const all = [...problems, ...translator.problems()].map(problemLine);
  return `${print({ entries: Object.fromEntries(entries), problems: all }, "")}\n`;
}
