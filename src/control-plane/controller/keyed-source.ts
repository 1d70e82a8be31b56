import type { Secret } from "../objects/model.ts";
import type { NamedObject, ObjectChange, Source, SourceSink } from "../sources/source.ts";
import type { SecretKeys } from "./secret-keys.ts";
import type { UseKeys } from "./supply.ts";

/** A source that delivers once there are keys, and takes the Secret of the keys out of what it delivers. */
class KeyedSource implements Source {
  readonly #source: Source;
  readonly #keys: SecretKeys;
  readonly #useKeys: UseKeys;
  readonly #stopping = new AbortController();
  #sink: SourceSink | undefined;
  #delivered = false;
  /** Batches wait for the keys that the one before them brought. */
  #turn: Promise<void> = Promise.resolve();

  constructor(source: Source, keys: SecretKeys, useKeys: UseKeys) {
    this.#source = source;
    this.#keys = keys;
    this.#useKeys = useKeys;
  }

  async start(sink: SourceSink): Promise<void> {
    this.#sink = sink;
    const keys = await this.#keys.load((failure) => this.#sink?.failing?.(failure), this.#stopping.signal);
    if (keys === undefined) return;
    sink.failing?.("");
    this.#useKeys(keys);
    const first = Promise.withResolvers<void>();
    await this.#source.start({
      ...sink,
      changed: (changes) => {
        this.#turn = this.#turn.then(() => this.#hand(changes)).then(first.resolve);
      },
    });
    if (!this.#stopping.signal.aborted) await first.promise;
  }

  async stop(): Promise<void> {
    this.#sink = undefined;
    this.#stopping.abort(new Error("The source has been stopped."));
    await this.#source.stop();
  }

  async want(named: readonly NamedObject[]): Promise<void> {
    await this.#source.want?.(named);
    await this.#turn;
  }

  connected(): ReadonlyMap<string, boolean> {
    return this.#source.connected?.() ?? new Map();
  }

  async #hand(changes: readonly ObjectChange[]): Promise<void> {
    const others = changes.filter((change) => !this.#isKeys(change));
    const own = changes.find((change) => this.#isKeys(change));
    if (own?.type === "set") await this.#take(own.object as Secret);
    else if (own !== undefined || !this.#delivered) void this.#keys.restore(this.#stopping.signal);
    if (others.length > 0 || !this.#delivered) this.#sink?.changed(others);
    this.#delivered = true;
  }

  async #take(secret: Secret): Promise<void> {
    const keys = await this.#keys.take(secret);
    if (keys !== undefined && this.#sink !== undefined) this.#useKeys(keys);
  }

  #isKeys(change: ObjectChange): boolean {
    const { kind, namespace, name } = this.#keys.secret;
    const its = change.type === "set" ? { kind: change.object.kind, ...change.object.metadata } : change;
    return its.kind === kind && its.namespace === namespace && its.name === name;
  }
}

/** @param source one that reads the Secret of the keys */
export function keyedSource(source: Source, keys: SecretKeys, useKeys: UseKeys): Source {
  const keyed = new KeyedSource(source, keys, useKeys);
  return {
    start: (sink) => keyed.start(sink),
    stop: () => keyed.stop(),
    want: (named) => keyed.want(named),
    connected: () => keyed.connected(),
  };
}
