const NONE: ReadonlySet<never> = new Set<never>();

/** Several values under each key, in the order in which they came. A key whose last value goes is gone too. */
export class Multimap<K, V> {
  readonly #valuesOf = new Map<K, Set<V>>();

  /** @returns whether it is the key's first value */
  add(key: K, value: V): boolean {
    const values = this.#valuesOf.get(key);
    if (values === undefined) this.#valuesOf.set(key, new Set([value]));
    else values.add(value);
    return values === undefined;
  }

  /** @returns whether it was the key's last value */
  delete(key: K, value: V): boolean {
    const values = this.#valuesOf.get(key);
    values?.delete(value);
    return values?.size === 0 && this.#valuesOf.delete(key);
  }

  has(key: K): boolean {
    return this.#valuesOf.has(key);
  }

  /** Empty where the key is not there. */
  get(key: K): ReadonlySet<V> {
    return this.#valuesOf.get(key) ?? NONE;
  }

  keys(): Iterable<K> {
    return this.#valuesOf.keys();
  }
}
