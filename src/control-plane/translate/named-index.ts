import type { NamedLookUp } from "../annotations/annotation-context.ts";
import type { ConfigMap, Secret } from "../objects/model.ts";
import type { NamedObject } from "../sources/source.ts";
import { Uses } from "./uses.ts";

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
  readonly #uses = new Uses();
  #wanted: readonly NamedObject[] | undefined;

  /** Takes an object in. @returns the users that name it */
  set(object: Secret | ConfigMap): Iterable<string> {
    const key = keyOf(object.kind, `${object.metadata.namespace}/${object.metadata.name}`);
    this.#objects.set(key, object);
    return this.#uses.usersOf(key);
  }

  /** @param name `namespace/name` @returns the users that name it */
  delete(kind: NamedKind, name: string): Iterable<string> {
    const key = keyOf(kind, name);
    this.#objects.delete(key);
    return this.#uses.usersOf(key);
  }

  /** What is named; the same array until it differs. */
  wanted(): readonly NamedObject[] {
    this.#wanted ??= [...this.#uses.all()].map(namedBy);
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
    const { began, ended } = this.#uses.use(user, named);
    if (began.length + ended.length > 0) this.#wanted = undefined;
  }
}
