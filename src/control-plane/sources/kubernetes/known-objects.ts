import { isDeepStrictEqual } from "node:util";
import { isMapping } from "../../objects/is-mapping.ts";
import type { KubernetesObject } from "../../objects/model.ts";
import { parseObject } from "../../objects/parse-object.ts";
import type { Problem } from "../../problems/problem.ts";
import type { ObjectChange } from "../source.ts";
import { identify, isOlder, type RawIdentity } from "./raw-object.ts";
import type { Resource } from "./resource.ts";

interface Known {
  readonly identity: RawIdentity;
  /** Undefined: it is there, but of the wrong shape. */
  readonly object: KubernetesObject | undefined;
  readonly problems: readonly Problem[];
}

const NO_PROBLEMS: readonly Problem[] = [];

/** A list as it comes in: it counts once it is whole. */
export interface Draft {
  /** Takes an item of the list. */
  readonly add: (raw: unknown) => void;
}

class ListDraft implements Draft {
  readonly objects = new Map<string, Known>();
  /** Whether an item could not be told: then nothing is known of what the list lacks. */
  lossy = false;
  readonly #read: (identity: RawIdentity, raw: unknown) => Known;

  constructor(read: (identity: RawIdentity, raw: unknown) => Known) {
    this.#read = read;
  }

  add(raw: unknown): void {
    const identity = identify(raw);
    if (identity === undefined) this.lossy = true;
    else this.objects.set(identity.key, this.#read(identity, raw));
  }
}

/** What is known of the objects of one resource, trimmed as they come in. Says what really differs. */
export class KnownObjects {
  readonly #resource: Resource;
  #objects = new Map<string, Known>();
  /** Those with Problems, which are few. */
  readonly #faulty = new Map<string, readonly Problem[]>();

  constructor(resource: Resource) {
    this.#resource = resource;
  }

  /** Every object of the right shape. */
  *all(): Generator<KubernetesObject> {
    for (const { object } of this.#objects.values()) if (object !== undefined) yield object;
  }

  problems(): readonly Problem[] {
    return [...this.#faulty.values()].flat();
  }

  /** Takes an object of a watch; gives the change, if it is one: an older version than the known one is none. */
  set(raw: unknown): ObjectChange | undefined {
    const identity = identify(raw);
    if (identity === undefined) return undefined;
    const before = this.#objects.get(identity.key);
    if (before !== undefined && isOlder(identity.version, before.identity.version)) return undefined;
    const now = this.#read(identity, raw);
    this.#objects.set(identity.key, now);
    this.#noteProblems(identity.key, now);
    return difference(this.#resource, before, now);
  }

  /** Takes an object that is gone. */
  delete(raw: unknown): ObjectChange | undefined {
    const identity = identify(raw);
    const before = identity === undefined ? undefined : this.#objects.get(identity.key);
    if (identity === undefined || before === undefined) return undefined;
    if (isOlder(identity.version, before.identity.version)) return undefined;
    this.#objects.delete(identity.key);
    this.#faulty.delete(identity.key);
    return difference(this.#resource, before, undefined);
  }

  /** Begins a list, which changes nothing until it is committed. */
  draft(): ListDraft {
    return new ListDraft((identity, raw) => this.#read(identity, raw));
  }

  /** Takes a list that is whole; gives what differs. */
  commit({ objects, lossy }: ListDraft): readonly ObjectChange[] {
    const changes: ObjectChange[] = [];
    for (const [key, before] of this.#objects) {
      if (objects.has(key)) continue;
      if (lossy) objects.set(key, before);
      else push(changes, difference(this.#resource, before, undefined));
    }
    for (const [key, now] of objects) push(changes, difference(this.#resource, this.#objects.get(key), now));
    this.#objects = objects;
    this.#faulty.clear();
    for (const [key, now] of objects) this.#noteProblems(key, now);
    return changes;
  }

  #noteProblems(key: string, { problems }: Known): void {
    if (problems.length > 0) this.#faulty.set(key, problems);
    else this.#faulty.delete(key);
  }

  /** Gives what is known already where nothing that is used differs: the rest of the object is let go. */
  #read(identity: RawIdentity, raw: unknown): Known {
    const known = this.#objects.get(identity.key);
    if (known !== undefined && identity.version !== "" && known.identity.version === identity.version) return known;
    const { apiVersion, kind } = this.#resource;
    // The items of a list do not say what they are.
    const parsed = parseObject(isMapping(raw) ? { ...raw, apiVersion, kind } : raw);
    if (!parsed.ok) return { identity, object: undefined, problems: parsed.ignored ? NO_PROBLEMS : parsed.problems };
    const same = known?.object !== undefined && isDeepStrictEqual(known.object, parsed.object);
    const problems = parsed.problems.length === 0 ? NO_PROBLEMS : parsed.problems;
    return { identity, object: same ? known.object : parsed.object, problems };
  }
}

function push(changes: ObjectChange[], change: ObjectChange | undefined): void {
  if (change !== undefined) changes.push(change);
}

function difference(resource: Resource, before: Known | undefined, now: Known | undefined): ObjectChange | undefined {
  if (now?.object !== undefined) return now.object === before?.object ? undefined : { type: "set", object: now.object };
  if (before?.object === undefined) return undefined;
  const { namespace, name } = before.object.metadata;
  return { type: "deleted", kind: resource.kind, namespace, name };
}
