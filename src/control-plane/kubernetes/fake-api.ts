import { isMapping } from "../objects/is-mapping.ts";
import type { Clock } from "../time/clock.ts";
import { type ApiClient, ApiError, type ApiRequest, type StreamRequest } from "./api-client.ts";

/** A raw object, as JSON gives it. */
export interface RawObject {
  readonly metadata: Readonly<Record<string, unknown>> & { readonly name: string };
  readonly [field: string]: unknown;
}

interface Watcher {
  readonly collection: string;
  readonly concerns: (object: RawObject) => boolean;
  readonly lines: string[];
  ended: boolean;
  wake: () => void;
}

/** RFC 7396. */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isMapping(patch)) return patch;
  const merged: Record<string, unknown> = isMapping(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

function collectionOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

function selects(query: Readonly<Record<string, string>> | undefined): (object: RawObject) => boolean {
  const name = query?.["fieldSelector"]?.replace("metadata.name=", "");
  const labels = (query?.["labelSelector"] ?? "").split(",").filter((pair) => pair !== "");
  return ({ metadata }) => {
    const own = (metadata["labels"] ?? {}) as Record<string, string>;
    if (name !== undefined && metadata.name !== name) return false;
    return labels.every((pair) => own[pair.slice(0, pair.indexOf("="))] === pair.slice(pair.indexOf("=") + 1));
  };
}

/**
 * For tests: an API server in memory. Objects lie under their paths, have resourceVersions, and a write that names
 * another one than the newest meets a conflict. It does no validation, and a patch is a merge patch.
 */
export class FakeApi {
  readonly #clock: Clock;
  readonly #objects = new Map<string, RawObject>();
  readonly #watchers = new Set<Watcher>();
  #version = 0;
  /** Everything that was asked for, in order, by whom. */
  readonly requests: (ApiRequest & { readonly by: string })[] = [];
  /** Says how a request fails, before it does anything. */
  fault: (request: ApiRequest, by: string) => Error | undefined = () => undefined;
  /** Whether requests of somebody get no answer at all. */
  silent: (by: string) => boolean = () => false;
  /** Awaited before a request is looked at. */
  gate: (request: ApiRequest, by: string) => Promise<void> = async () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Access for one controller. */
  client(by = "limpet"): ApiClient {
    return {
      request: (request) => this.#request(request, by),
      lines: (request) => this.#lines(request, by),
      close: () => {},
    };
  }

  get(path: string): RawObject | undefined {
    return this.#objects.get(path);
  }

  /** Puts an object there, as somebody else would; gives it as it is stored. */
  put(path: string, object: RawObject): RawObject {
    const before = this.#objects.get(path);
    const stored = this.#stamp(object, before);
    this.#objects.set(path, stored);
    this.#tell(collectionOf(path), before === undefined ? "ADDED" : "MODIFIED", stored);
    return stored;
  }

  delete(path: string): void {
    const before = this.#objects.get(path);
    if (before === undefined) return;
    this.#objects.delete(path);
    this.#tell(collectionOf(path), "DELETED", this.#stamp(before, before));
  }

  /** Ends every watch, as a server does when its time is over. */
  endWatches(): void {
    for (const watcher of this.#watchers) {
      watcher.ended = true;
      watcher.wake();
    }
  }

  /** Requests that were meant to change something. */
  get writes(): readonly (ApiRequest & { readonly by: string })[] {
    return this.requests.filter(({ method }) => method !== "GET");
  }

  #stamp(object: RawObject, before: RawObject | undefined): RawObject {
    const uid = before?.metadata["uid"] ?? object.metadata["uid"] ?? `uid-${object.metadata.name}`;
    return { ...object, metadata: { ...object.metadata, uid, resourceVersion: String(++this.#version) } };
  }

  #tell(collection: string, type: string, object: RawObject): void {
    for (const watcher of this.#watchers) {
      if (watcher.collection !== collection || !watcher.concerns(object)) continue;
      watcher.lines.push(JSON.stringify({ type, object }));
      watcher.wake();
    }
  }

  async #request(request: ApiRequest, by: string): Promise<unknown> {
    this.requests.push({ ...request, by });
    await this.#reached(request, by);
    const answer = this.#answer(request);
    // Taken, and the answer is lost: what makes a client's life hard.
    if (this.silent(by)) await this.#neverAnswered(request);
    return structuredClone(answer);
  }

  async #reached(request: ApiRequest, by: string): Promise<void> {
    await this.gate(request, by);
    if (this.silent(by)) await this.#neverAnswered(request);
    const failure = this.fault(request, by);
    if (failure !== undefined) throw failure;
  }

  #neverAnswered({ timeoutMs, signal }: ApiRequest): Promise<never> {
    const { promise, reject } = Promise.withResolvers<never>();
    const cancel = this.#clock.after(timeoutMs ?? 3_600_000, () => reject(new Error("No answer in time.")));
    signal?.addEventListener("abort", () => {
      cancel();
      reject(signal.reason);
    });
    return promise;
  }

  #answer(request: ApiRequest): unknown {
    const { method, path } = request;
    if (method === "POST") return this.#create(request);
    const subresource = path.endsWith("/status") ? "status" : undefined;
    const object = subresource === undefined ? path : path.slice(0, -"/status".length);
    const before = this.#objects.get(object);
    if (method === "GET" && before === undefined && !this.#isObject(object)) return this.#list(request);
    if (before === undefined) throw this.#refusal(request, 404, "NotFound");
    if (method === "GET") return before;
    if (method === "DELETE") return this.delete(object);
    return this.#change(request, object, before, subresource);
  }

  /** Collections have an odd number of parts behind the version, objects an even one. */
  #isObject(path: string): boolean {
    const parts = path.replace(/^\/(api\/[^/]+|apis\/[^/]+\/[^/]+)\//, "").split("/");
    return parts.length % 2 === 0;
  }

  #list({ path, query }: ApiRequest): unknown {
    const all = [...this.#objects].filter(([name]) => collectionOf(name) === path).map(([, object]) => object);
    return { metadata: { resourceVersion: String(this.#version) }, items: all.filter(selects(query)) };
  }

  #create(request: ApiRequest): unknown {
    const object = request.body as RawObject;
    const path = `${request.path}/${object.metadata.name}`;
    if (this.#objects.has(path)) throw this.#refusal(request, 409, "AlreadyExists");
    return this.put(path, object);
  }

  #change(request: ApiRequest, path: string, before: RawObject, subresource: "status" | undefined): unknown {
    const { method, body } = request;
    const expected = (body as RawObject).metadata?.["resourceVersion"];
    if (expected !== undefined && expected !== before.metadata["resourceVersion"]) {
      throw this.#refusal(request, 409, "Conflict");
    }
    const now = (method === "PUT" ? body : mergePatch(before, body)) as RawObject;
    return this.put(path, subresource === undefined ? now : { ...before, status: now["status"] });
  }

  #refusal({ method, path }: ApiRequest, status: number, reason: string): ApiError {
    return new ApiError({ what: `${method} ${path}`, status, reason, detail: "" });
  }

  async #lines(request: StreamRequest, by: string): Promise<AsyncIterable<string>> {
    const asked: ApiRequest = { ...request, method: "GET" };
    this.requests.push({ ...asked, by });
    await this.#reached(asked, by);
    const watcher: Watcher = {
      collection: request.path,
      concerns: selects(request.query),
      lines: [],
      ended: false,
      wake: () => {},
    };
    this.#watchers.add(watcher);
    request.signal?.addEventListener("abort", () => {
      watcher.ended = true;
      watcher.wake();
    });
    return this.#read(watcher);
  }

  async *#read(watcher: Watcher): AsyncGenerator<string> {
    while (true) {
      while (watcher.lines.length > 0) yield watcher.lines.shift() as string;
      if (watcher.ended) break;
      const { promise, resolve } = Promise.withResolvers<void>();
      watcher.wake = resolve;
      await promise;
    }
    this.#watchers.delete(watcher);
  }
}
