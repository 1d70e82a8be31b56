/** A lookup table without a prototype: a key such as `constructor`, from a client, must find nothing. */
export function emptyRecord<T>(): Record<string, T> {
  return { __proto__: null } as unknown as Record<string, T>;
}
