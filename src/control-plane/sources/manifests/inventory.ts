import { isDeepStrictEqual } from "node:util";
import { type KubernetesObject, objectName } from "../../objects/model.ts";
import type { Problem } from "../../problems/problem.ts";
import { objectTwice } from "../../problems/source-problems.ts";
import { compareText } from "../../text/compare-text.ts";
import type { ObjectChange } from "../source.ts";
import type { ManifestObject } from "./parse-manifest.ts";

function nameOf(object: KubernetesObject): string {
  return objectName(object.kind, object.metadata);
}

/** The order in which files win: by path. */
function inOrderOfOrigin(a: ManifestObject, b: ManifestObject): number {
  return compareText(a.origin.file, b.origin.file);
}

/** An object handed over before that need not be handed over again. */
function isSame(before: ManifestObject, now: ManifestObject): boolean {
  return before.origin.file === now.origin.file && isDeepStrictEqual(before.object, now.object);
}

/** What all files say together, and what of it has been handed over. */
export class Inventory {
  /** By name of the object: everywhere it stands, the winner first. */
  readonly #standing = new Map<string, readonly ManifestObject[]>();
  readonly #ofFile = new Map<string, ReadonlySet<string>>();
  readonly #given = new Map<string, ManifestObject>();
  readonly #touched = new Set<string>();
  readonly #contested = new Set<string>();

  /** Whether a file says anything. */
  has(file: string): boolean {
    return this.#ofFile.has(file);
  }

  /** Replaces what a file says; with no objects, it says nothing any more. */
  set(file: string, objects: readonly ManifestObject[]): void {
    for (const name of this.#ofFile.get(file) ?? []) this.#drop(name, file);
    for (const entry of objects) this.#add(nameOf(entry.object), entry);
    if (objects.length === 0) this.#ofFile.delete(file);
    else this.#ofFile.set(file, new Set(objects.map((entry) => nameOf(entry.object))));
  }

  /** What is new, different or gone since the last call. */
  takeChanges(): readonly ObjectChange[] {
    const changes: ObjectChange[] = [];
    for (const name of [...this.#touched].sort(compareText)) {
      const change = this.#change(name);
      if (change !== undefined) changes.push(change);
    }
    this.#touched.clear();
    return changes;
  }

  /** One Problem for each place where an object stands that another place gives. */
  problems(): readonly Problem[] {
    return [...this.#contested].flatMap((name) => {
      const [winner, ...losers] = this.#standing.get(name) ?? [];
      return losers.map((loser) => objectTwice(name, (winner as ManifestObject).origin, loser.origin));
    });
  }

  #change(name: string): ObjectChange | undefined {
    const before = this.#given.get(name);
    const now = this.#standing.get(name)?.[0];
    if (now !== undefined) {
      this.#given.set(name, now);
      return before !== undefined && isSame(before, now) ? undefined : { type: "set", ...now };
    }
    if (before === undefined) return undefined;
    this.#given.delete(name);
    const { kind, metadata } = before.object;
    return { type: "deleted", kind, namespace: metadata.namespace, name: metadata.name };
  }

  #drop(name: string, file: string): void {
    const left = (this.#standing.get(name) ?? []).filter((entry) => entry.origin.file !== file);
    this.#put(name, left);
  }

  /** Sorting is stable: of two in one file the one further up wins. */
  #add(name: string, entry: ManifestObject): void {
    this.#put(name, [...(this.#standing.get(name) ?? []), entry].sort(inOrderOfOrigin));
  }

  #put(name: string, entries: readonly ManifestObject[]): void {
    this.#touched.add(name);
    if (entries.length === 0) this.#standing.delete(name);
    else this.#standing.set(name, entries);
    if (entries.length > 1) this.#contested.add(name);
    else this.#contested.delete(name);
  }
}
