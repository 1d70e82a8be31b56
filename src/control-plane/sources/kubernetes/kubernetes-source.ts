import { isDeepStrictEqual } from "node:util";
import { type ApiClient, ApiError } from "../../kubernetes/api-client.ts";
import type { Kind } from "../../objects/model.ts";
import { objectName } from "../../objects/model.ts";
import type { Problem } from "../../problems/problem.ts";
import { type Clock, systemClock } from "../../time/clock.ts";
import type { NamedObject, ObjectChange, Source, SourceSink } from "../source.ts";
import { NamedObjects } from "./named-objects.ts";
import { Reflector } from "./reflector.ts";
import { everyObject, type Resource } from "./resource.ts";

export interface KubernetesSourceOptions {
  readonly client: ApiClient;
  /** Empty or absent: all of them. */
  readonly namespace?: string;
  /** Read by name whatever else is wanted. */
  readonly always?: readonly NamedObject[];
  /** Whether to go on trying when the API server cannot be read at the start; else `start` rejects then. */
  readonly patient: boolean;
  /** What can be done without, and is not there: once each. */
  readonly warn?: (message: string) => void;
  readonly clock?: Clock;
  /** Gives a number from 0 to below 1. */
  readonly random?: () => number;
}

/** The kinds of which every object is read. */
const EVERY: readonly Kind[] = ["Ingress", "IngressClass", "Service", "EndpointSlice"];

/** Milliseconds after which lists that are not complete count as a source that cannot be read yet. */
const PATIENCE_MS = 5000;

function setOf(object: Extract<ObjectChange, { type: "set" }>["object"]): ObjectChange {
  return { type: "set", object };
}

function nameOf(change: ObjectChange): string {
  if (change.type === "set") return objectName(change.object.kind, change.object.metadata);
  return objectName(change.kind, change);
}

/** Classes belong to no namespace: with rights in one namespace only, their names have to do (ingress-nginx, F.5). */
function canDoWithout({ resource, failure }: Reflector): boolean {
  return resource.kind === "IngressClass" && failure instanceof ApiError && [403, 404].includes(failure.status);
}

class KubernetesSource implements Source {
  readonly #options: KubernetesSourceOptions;
  readonly #clock: Clock;
  readonly #every: readonly Reflector[];
  readonly #named: NamedObjects;
  readonly #started = Promise.withResolvers<void>();
  readonly #warned = new Set<string>();
  #sink: SourceSink | undefined;
  #delivered = false;
  #failure = "";
  #slow = false;
  #problems: readonly Problem[] = [];
  /** Those whose objects had Problems when they last changed. */
  readonly #troubled = new WeakSet<Reflector>();
  #problemsStale = false;
  #pending = new Map<string, ObjectChange>();
  #flushing = false;
  #undoPatience = () => {};

  constructor(options: KubernetesSourceOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#every = EVERY.map((kind) => this.#reflector(everyObject(kind, options.namespace)));
    this.#named = new NamedObjects((resource) => this.#reflector(resource));
  }

  async start(sink: SourceSink): Promise<void> {
    this.#sink = sink;
    this.#undoPatience = this.#clock.after(PATIENCE_MS, () => {
      this.#slow = true;
      this.#noteFailure();
    });
    for (const reflector of this.#every) reflector.start();
    this.#named.want(this.#options.always ?? []);
    await this.#started.promise;
  }

  async stop(): Promise<void> {
    this.#sink = undefined;
    this.#undoPatience();
    await Promise.all([...this.#every.map((it) => it.stop()), this.#named.stop()]);
    this.#started.resolve();
  }

  async want(named: readonly NamedObject[]): Promise<void> {
    this.#take(this.#named.want([...(this.#options.always ?? []), ...named]));
    this.#problemsStale = true;
    await this.#named.untilSettled();
    // What was found is in the batch that is about to go.
    this.#flush();
  }

  connected(): ReadonlyMap<string, boolean> {
    const kinds = new Map<string, boolean>();
    for (const { resource, connected } of this.#all()) {
      kinds.set(resource.kind, (kinds.get(resource.kind) ?? true) && connected);
    }
    return kinds;
  }

  #reflector(resource: Resource): Reflector {
    const { client, random = Math.random } = this.#options;
    const reflector = new Reflector({
      ...{ client, resource, random, clock: this.#clock },
      changed: (changes) => {
        this.#noteProblemsOf(reflector);
        this.#take(changes);
      },
      stateChanged: () => this.#noteState(reflector),
    });
    return reflector;
  }

  #all(): readonly Reflector[] {
    return [...this.#every, ...this.#named.reflectors];
  }

  /** There may be thousands of Reflectors: what one of them tells leads to no walk through all. */
  #noteState(reflector: Reflector): void {
    if (this.#sink === undefined) return;
    this.#warnOf(reflector);
    this.#named.looked(reflector);
    const isComplete = this.#every.every((it) => it.listed || canDoWithout(it)) && this.#named.settled;
    if (isComplete && !this.#delivered) this.#deliver();
    this.#noteFailure();
  }

  /** What the server refuses to give, and can be done without; that it cannot be reached shows in everything. */
  #warnOf(reflector: Reflector): void {
    const { failure } = reflector;
    const isBearable = canDoWithout(reflector) || !this.#every.includes(reflector);
    if (!(failure instanceof ApiError) || !isBearable || this.#warned.has(failure.message)) return;
    this.#warned.add(failure.message);
    this.#options.warn?.(failure.message);
  }

  #noteFailure(): void {
    const broken = this.#every.find((it) => it.failure !== undefined && !canDoWithout(it));
    const failed = broken?.failure;
    if (failed !== undefined && !this.#options.patient && !this.#delivered) {
      this.#started.reject(failed);
      return;
    }
    const slow = this.#slow && !this.#delivered ? "The API server has not given all its lists yet." : "";
    const failure = failed?.message ?? slow;
    if (failure === this.#failure) return;
    this.#failure = failure;
    this.#sink?.failing?.(failure);
  }

  #deliver(): void {
    this.#undoPatience();
    this.#delivered = true;
    this.#noteProblems();
    const objects = this.#all().flatMap((it) => [...it.objects()]);
    this.#sink?.changed(objects.map(setOf));
    this.#started.resolve();
  }

  /** Whatever comes in the same turn of the event loop becomes one batch. */
  #take(changes: readonly ObjectChange[]): void {
    if (!this.#delivered) return;
    for (const change of changes) this.#pending.set(nameOf(change), change);
    if (this.#flushing) return;
    this.#flushing = true;
    setImmediate(() => {
      this.#flushing = false;
      this.#flush();
    });
  }

  #flush(): void {
    this.#noteProblems();
    const changes = [...this.#pending.values()];
    this.#pending.clear();
    if (changes.length > 0) this.#sink?.changed(changes);
  }

  #noteProblemsOf(reflector: Reflector): void {
    const had = this.#troubled.delete(reflector);
    const has = reflector.problems().length > 0;
    if (has) this.#troubled.add(reflector);
    if (has || had) this.#problemsStale = true;
  }

  #noteProblems(): void {
    if (!this.#problemsStale) return;
    this.#problemsStale = false;
    const problems = this.#all().flatMap((it) => [...it.problems()]);
    if (isDeepStrictEqual(problems, this.#problems)) return;
    this.#problems = problems;
    this.#sink?.problems(problems);
  }
}

/**
 * The objects of a cluster, read from its API server and kept up to date. What was read once stays, whatever happens to the
 * connection: only the server's own word takes an object away. An event that changes nothing of what is used is not
 * handed on.
 */
export function kubernetesSource(options: KubernetesSourceOptions): Source {
  const source = new KubernetesSource(options);
  return {
    start: (sink) => source.start(sink),
    stop: () => source.stop(),
    want: (named) => source.want(named),
    connected: () => source.connected(),
  };
}
