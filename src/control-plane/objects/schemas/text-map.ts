import { LOST, type Part } from "../part.ts";

/** A mapping without a prototype: no key of a user, such as `__proto__`, means anything in it. */
export function emptyMap<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}

/** Tens of thousands of objects have no labels or no annotations: one mapping stands for all that are empty. */
const EMPTY: Readonly<Record<string, never>> = Object.freeze(emptyMap<never>());

interface Rules {
  /** What a key must be, and what to write instead. */
  readonly isKey: (key: string) => boolean;
  readonly keyHint: string;
  /** What happens to an entry that cannot be used, as a clause. */
  readonly loss: string;
  /** A key that is passed over. */
  readonly except?: string;
}

/**
 * Reads a mapping entry by entry; one that cannot be used is a Problem and left out.
 *
 * @param read gives an entry's value
 */
export function readMap<T>(
  part: Part,
  rules: Rules,
  read: (entry: Part) => T | typeof LOST,
): Readonly<Record<string, T>> {
  const fields = part.fields(rules.loss);
  if (fields === LOST) return EMPTY;
  let map: Record<string, T> | undefined;
  for (const [key, entry] of fields) {
    if (key === rules.except) continue;
    if (!rules.isKey(key)) {
      entry.lose({ wrong: "This key is not one that Kubernetes allows", hint: rules.keyHint }, rules.loss);
      continue;
    }
    const value = read(entry);
    if (value === LOST) continue;
    map ??= emptyMap<T>();
    map[key] = value;
  }
  return map ?? EMPTY;
}
