/**
 * Things by name, of which those that nobody asked for lately are forgotten: two tables, and once the younger one weighs
 * half of what is allowed it becomes the older, whose things come back one by one or go with it. So what a worker holds
 * is bounded, and a look-up is one access to a table, as if it were not.
 */
export interface Recent<T> {
  young: Record<string, T | undefined>;
  old: Record<string, T | undefined>;
  /** Of `young`; bytes, roughly. */
  weight: number;
  /** Of both together. */
  readonly most: number;
  readonly weigh: (this: void, thing: T) => number;
  readonly whenForgotten: (this: void) => void;
}

/**
 * @param most bytes, roughly: of what is remembered at the same time
 * @param weigh what a thing takes
 * @param whenForgotten called when old things have gone to make room
 */
export function newRecent<T>(
  most: number,
  weigh: (this: void, thing: T) => number,
  whenForgotten: (this: void) => void = () => {},
): Recent<T> {
  return { young: {}, old: {}, weight: 0, most, weigh, whenForgotten };
}

export function remember<T>(recent: Recent<T>, name: string, thing: T): void {
  const weight = recent.weigh(thing);
  if (recent.weight + weight > recent.most / 2) {
    recent.old = recent.young;
    recent.young = {};
    recent.weight = 0;
    recent.whenForgotten();
  }
  recent.young[name] = thing;
  recent.weight = recent.weight + weight;
}

/** Says that a thing among the young has become heavier. */
export function gain<T>(recent: Recent<T>, weight: number): void {
  recent.weight = recent.weight + weight;
}

/** What is not in `young` and not forgotten yet; it counts as young again. */
export function revive<T>(recent: Recent<T>, name: string): T | undefined {
  const thing = recent.old[name];
  if (thing === undefined) return undefined;
  recent.old[name] = undefined;
  remember(recent, name, thing);
  return thing;
}

export function forget<T>(recent: Recent<T>, name: string): void {
  const thing = recent.young[name];
  if (thing !== undefined) recent.weight = recent.weight - recent.weigh(thing);
  recent.young[name] = undefined;
  recent.old[name] = undefined;
}

export function forgetAll<T>(recent: Recent<T>): void {
  recent.young = {};
  recent.old = {};
  recent.weight = 0;
}
