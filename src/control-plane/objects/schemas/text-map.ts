import { LOST, type Part } from "../part.ts";

/** A mapping without a prototype: no key of a user, such as `__proto__`, means anything in it. */
export function emptyMap<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}

interface Rules {
  /** What a key must be, and what to write instead. */
  readonly isKey: (key: string) => boolean;
  readonly keyHint: string;
  /** What happens to an entry that cannot be used, as a clause. */
  readonly loss: string;
}

/**
 * Reads a mapping entry by entry; one that cannot be used is a Problem and left out.
 *
 * @param read gives an entry's value
 */
export function readMap<T>(part: Part, rules: Rules, read: (entry: Part) => T | typeof LOST): Record<string, T> {
  const map = emptyMap<T>();
  const fields = part.fields(rules.loss);
  if (fields === LOST) return map;
  for (const [key, entry] of fields) {
    if (!rules.isKey(key)) {
      entry.lose({ wrong: "This key is not one that Kubernetes allows", hint: rules.keyHint }, rules.loss);
      continue;
    }
    const value = read(entry);
    if (value !== LOST) map[key] = value;
  }
  return map;
}
