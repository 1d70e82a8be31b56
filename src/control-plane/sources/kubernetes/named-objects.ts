import type { KubernetesObject } from "../../objects/model.ts";
import type { NamedObject, ObjectChange } from "../source.ts";
import type { Reflector } from "./reflector.ts";
import { oneObject, type Resource } from "./resource.ts";

function keyOf({ kind, namespace, name }: NamedObject): string {
  return `${kind} ${namespace}/${name}`;
}

/** Secrets and ConfigMaps that something names: each has a list and a watch of its own, so that no others are read. */
export class NamedObjects {
  readonly #reflectors = new Map<string, Reflector>();
  readonly #open: (resource: Resource) => Reflector;
  #waiting: (() => void)[] = [];

  /** @param open makes a Reflector and starts it */
  constructor(open: (resource: Resource) => Reflector) {
    this.#open = open;
  }

  get reflectors(): Iterable<Reflector> {
    return this.#reflectors.values();
  }

  /** Whether each has been found, or looked for in vain. */
  get settled(): boolean {
    return [...this.#reflectors.values()].every((it) => it.listed || it.failure !== undefined);
  }

  /** Reads these and no others; gives the deletion of what is known of the others. */
  want(named: readonly NamedObject[]): readonly ObjectChange[] {
    const wanted = new Map(named.map((it) => [keyOf(it), it]));
    const gone: ObjectChange[] = [];
    for (const [key, reflector] of this.#reflectors) {
      if (wanted.has(key)) continue;
      this.#reflectors.delete(key);
      void reflector.stop();
      gone.push(...[...reflector.objects()].map(deletion));
    }
    for (const [key, { kind, namespace, name }] of wanted) {
      if (!this.#reflectors.has(key)) this.#reflectors.set(key, this.#open(oneObject(kind, namespace, name)));
    }
    return gone;
  }

  /** Resolves once they are settled; see `looked`. */
  async untilSettled(): Promise<void> {
    if (this.settled) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    await promise;
  }

  /** To be called when one of them may have settled. */
  looked(): void {
    if (!this.settled) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#reflectors.values()].map((it) => it.stop()));
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

function deletion({ kind, metadata: { namespace, name } }: KubernetesObject): ObjectChange {
  return { type: "deleted", kind, namespace, name };
}
