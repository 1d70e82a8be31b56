import type { KubernetesObject } from "../../objects/model.ts";
import type { NamedObject, ObjectChange } from "../source.ts";
import type { Reflector } from "./reflector.ts";
import { oneObject, type Resource } from "./resource.ts";

function keyOf({ kind, namespace, name }: NamedObject): string {
  return `${kind} ${namespace}/${name}`;
}

/** First lists at the same time: a server is not asked for thousands of objects at once. */
const MOST_FIRST_LISTS = 64;

/** Secrets and ConfigMaps that something names: each has a list and a watch of its own, so that no others are read. */
export class NamedObjects {
  readonly #reflectors = new Map<string, Reflector>();
  /** Those that have been neither found, nor looked for in vain. */
  readonly #unsettled = new Set<Reflector>();
  /** Those of them whose turn has not come. */
  readonly #queue = new Set<Reflector>();
  readonly #make: (resource: Resource) => Reflector;
  #waiting: (() => void)[] = [];

  /** @param make makes a Reflector that is not started; `looked` has to be called for it */
  constructor(make: (resource: Resource) => Reflector) {
    this.#make = make;
  }

  get reflectors(): Iterable<Reflector> {
    return this.#reflectors.values();
  }

  /** Whether each has been found, or looked for in vain. */
  get settled(): boolean {
    return this.#unsettled.size === 0;
  }

  /** Reads these and no others; gives the deletion of what is known of the others. */
  want(named: readonly NamedObject[]): readonly ObjectChange[] {
    const wanted = new Map(named.map((it) => [keyOf(it), it]));
    const gone: ObjectChange[] = [];
    for (const [key, reflector] of this.#reflectors) {
      if (wanted.has(key)) continue;
      this.#reflectors.delete(key);
      this.#unsettled.delete(reflector);
      this.#queue.delete(reflector);
      void reflector.stop();
      gone.push(...[...reflector.objects()].map(deletion));
    }
    for (const [key, { kind, namespace, name }] of wanted) {
      if (!this.#reflectors.has(key)) this.#add(key, this.#make(oneObject(kind, namespace, name)));
    }
    this.#goOn();
    return gone;
  }

  /** Resolves once they are settled; see `looked`. */
  async untilSettled(): Promise<void> {
    if (this.settled) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    await promise;
  }

  /** To be called when one may have settled. */
  looked(reflector: Reflector): void {
    if (!reflector.listed && reflector.failure === undefined) return;
    if (this.#unsettled.delete(reflector)) this.#goOn();
  }

  async stop(): Promise<void> {
    this.#queue.clear();
    await Promise.all([...this.#reflectors.values()].map((it) => it.stop()));
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #add(key: string, reflector: Reflector): void {
    this.#reflectors.set(key, reflector);
    this.#unsettled.add(reflector);
    this.#queue.add(reflector);
  }

  /** Starts those whose turn it is; when all have settled, whoever waits for that goes on. */
  #goOn(): void {
    for (const reflector of this.#queue) {
      if (this.#unsettled.size - this.#queue.size >= MOST_FIRST_LISTS) break;
      this.#queue.delete(reflector);
      reflector.start();
    }
    if (!this.settled) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

function deletion({ kind, metadata: { namespace, name } }: KubernetesObject): ObjectChange {
  return { type: "deleted", kind, namespace, name };
}
