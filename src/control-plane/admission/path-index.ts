import { collectAnnotations } from "../annotations/collect-annotations.ts";
import { parseBoolean } from "../annotations/value-parsers.ts";
import type { Ingress, Metadata } from "../objects/model.ts";
import { comparePrecedence } from "../translate/precedence.ts";
import { readAlone } from "./read-alone.ts";

/** A host and path that a rule of an Ingress asks for. */
export interface Place {
  /** What two Ingresses must not share: host, path and kind of match. */
  readonly key: string;
  /** In lower case; the catch-all's name for a rule without one. */
  readonly host: string;
  readonly path: string;
  /** Of the path in the Ingress. */
  readonly field: string;
}

/** What the annotation `canary` says; `off`: it is there, and is not true. */
type CanaryWord = "absent" | "on" | "off";

interface Holder {
  readonly metadata: Metadata;
  readonly canary: CanaryWord;
}

/** The places of an Ingress' rules, whatever its annotations make of them (ingress-nginx 1.15.1, overlap check). */
export function placesOf(ingress: Ingress): readonly Place[] {
  const bare: Ingress = { ...ingress, metadata: { ...ingress.metadata, annotations: {} } };
  const reading = readAlone(bare, []);
  // Without annotations it is no canary.
  const claims = ingress.rules.length === 0 || !("claims" in reading) ? [] : [...reading.claims.values()].flat();
  return claims.map(({ route: { host, path, match }, field }) => ({
    key: `${host} ${path} ${match}`,
    host,
    path,
    field,
  }));
}

function canaryWord({ metadata }: Ingress, prefixes: readonly string[]): CanaryWord {
  const given = collectAnnotations({ object: "" }, metadata.annotations, prefixes, []).get("canary");
  if (given === undefined) return "absent";
  const parsed = parseBoolean(given.text);
  return parsed.ok && parsed.value ? "on" : "off";
}

/** `canary: "false"` on either side makes way for a canary that is about to be switched on. */
function exclude(one: CanaryWord, other: CanaryWord): boolean {
  return one === other && one !== "off";
}

/** Which Ingresses of ours have which place; to find who has one costs the same however many there are. */
export class PathIndex {
  readonly #prefixes: readonly string[];
  readonly #holders = new Map<string, readonly Holder[]>();
  readonly #keys = new Map<string, readonly string[]>();

  /** @param prefixes of annotations, without the slash, the strongest first */
  constructor(prefixes: readonly string[]) {
    this.#prefixes = prefixes;
  }

  /** Takes an Ingress as it is now. @param ingress undefined: it is gone, or not ours any more */
  note(name: string, ingress: Ingress | undefined): void {
    for (const key of this.#keys.get(name) ?? []) this.#remove(key, name);
    this.#keys.delete(name);
    if (ingress === undefined) return;
    const holder = { metadata: ingress.metadata, canary: canaryWord(ingress, this.#prefixes) };
    const keys = [...new Set(placesOf(ingress).map(({ key }) => key))];
    this.#keys.set(name, keys);
    for (const key of keys) this.#holders.set(key, [...(this.#holders.get(key) ?? []), holder]);
  }

  /** `namespace/name` of the Ingress that keeps this one from a place; undefined: nobody does. */
  owner(ingress: Ingress, { key }: Place): string | undefined {
    const word = canaryWord(ingress, this.#prefixes);
    const own = nameOf(ingress.metadata);
    const others = (this.#holders.get(key) ?? []).filter(
      ({ metadata, canary }) => nameOf(metadata) !== own && exclude(word, canary),
    );
    const [first] = others.sort((left, right) => comparePrecedence(left.metadata, right.metadata));
    return first === undefined ? undefined : nameOf(first.metadata);
  }

  #remove(key: string, name: string): void {
    const left = (this.#holders.get(key) ?? []).filter(({ metadata }) => nameOf(metadata) !== name);
    if (left.length === 0) this.#holders.delete(key);
    else this.#holders.set(key, left);
  }
}

function nameOf({ namespace, name }: Metadata): string {
  return `${namespace}/${name}`;
}
