import type { NamedLookUp } from "../annotations/annotation-context.ts";
import type { ConfigMap, Secret } from "../objects/model.ts";
import type { NamedObject } from "../sources/source.ts";

type NamedKind = NamedObject["kind"];

function keyOf(kind: NamedKind, name: string): string {
  return `${kind} ${name}`;
}

function namedBy(key: string): NamedObject {
  const [kind, name] = key.split(" ") as [NamedKind, string];
  const slash = name.indexOf("/");
  return { kind, namespace: name.substring(0, slash), name: name.substring(slash + 1) };
}

/** Secrets and ConfigMaps that something names, and by whom each is named; users are whatever their owner calls them. */
export class NamedIndex {
  readonly #objects = new Map<string, Secret | ConfigMap>();
  readonly #usersOf = new Map<string, Set<string>>();
  readonly #namedBy = new Map<string, ReadonlySet<string>>();
  #wanted: readonly NamedObject[] | undefined;

  /** Takes an object in. @returns the users that name it */
  set(object: Secret | ConfigMap): Iterable<string> {
    const key = keyOf(object.kind, `${object.metadata.namespace}/${object.metadata.name}`);
    this.#objects.set(key, object);
    return this.#usersOf.get(key) ?? [];
  }

  /** @param name `namespace/name` @returns the users that name it */
  delete(kind: NamedKind, name: string): Iterable<string> {
    const key = keyOf(kind, name);
    this.#objects.delete(key);
    return this.#usersOf.get(key) ?? [];
  }

  /** What is named; the same array until it differs. */
  wanted(): readonly NamedObject[] {
    this.#wanted ??= [...this.#usersOf.keys()].map(namedBy);
    return this.#wanted;
  }

  /** Runs what a user does; what it asks for meanwhile is what it names from then on, and nothing else. */
  lookUpFor<T>(user: string, run: (objects: NamedLookUp) => T): T {
    const named = new Set<string>();
    const find = (key: string) => {
      named.add(key);
      return this.#objects.get(key);
    };
    const done = run({
      secret: (name) => find(keyOf("Secret", name)) as Secret | undefined,
      configMap: (name) => find(keyOf("ConfigMap", name)) as ConfigMap | undefined,
    });
    this.#use(user, named);
    return done;
  }

  /** A user is gone. */
  release(user: string): void {
    this.#use(user, new Set());
  }

  #use(user: string, named: ReadonlySet<string>): void {
    const before = this.#namedBy.get(user);
    if (before === undefined && named.size === 0) return;
    for (const key of named) if (before?.has(key) !== true) this.#begin(user, key);
    for (const key of before ?? []) if (!named.has(key)) this.#end(user, key);
    if (named.size === 0) this.#namedBy.delete(user);
    else this.#namedBy.set(user, named);
  }

  #begin(user: string, key: string): void {
    const users = this.#usersOf.get(key);
    if (users !== undefined) {
      users.add(user);
      return;
    }
    this.#usersOf.set(key, new Set([user]));
    this.#wanted = undefined;
  }

  #end(user: string, key: string): void {
    const users = this.#usersOf.get(key);
    users?.delete(user);
    if (users === undefined || users.size > 0) return;
    this.#usersOf.delete(key);
    this.#wanted = undefined;
  }
}
