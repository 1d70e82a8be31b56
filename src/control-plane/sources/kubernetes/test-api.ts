import { EventEmitter, once } from "node:events";
import type { ApiClient, ApiRequest, StreamRequest } from "../../kubernetes/api-client.ts";
import { ApiError } from "../../kubernetes/api-client.ts";

/** A raw object as the tests write it. */
export interface RawObject {
  readonly metadata: Readonly<Record<string, unknown>> & { readonly name: string; readonly resourceVersion: string };
  readonly [field: string]: unknown;
}

/** One open watch. */
export class TestStream {
  readonly request: StreamRequest;
  readonly #lines: string[] = [];
  #ended = false;
  #failure: Error | undefined;
  #wake = () => {};

  constructor(request: StreamRequest) {
    this.request = request;
    request.signal?.addEventListener("abort", () => this.fail(request.signal?.reason as Error));
  }

  send(type: string, object: unknown): void {
    this.line(JSON.stringify({ type, object }));
  }

  line(text: string): void {
    this.#lines.push(text);
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  fail(error: Error): void {
    this.#failure ??= error;
    this.#wake();
  }

  async *read(): AsyncGenerator<string> {
    for (;;) {
      for (let line = this.#lines.shift(); line !== undefined; line = this.#lines.shift()) yield line;
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#ended) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
  }
}

/** For tests: an API server whose every answer a test decides. */
export class TestApi extends EventEmitter<{ list: [ApiRequest]; watch: [TestStream] }> implements ApiClient {
  /** Collections by path. */
  readonly objects = new Map<string, readonly RawObject[]>();
  version = 100;
  readonly lists: ApiRequest[] = [];
  readonly watches: StreamRequest[] = [];
  readonly streams: TestStream[] = [];
  /** How a list is answered; a test replaces it. */
  answerList = async (request: ApiRequest): Promise<unknown> => this.page(request.path);
  /** Why a watch is not; a test replaces it. */
  refuseWatch = (_request: StreamRequest): Error | undefined => undefined;

  readonly request = async (request: ApiRequest): Promise<unknown> => {
    this.lists.push(request);
    this.emit("list", request);
    const answer = await this.answerList(request);
    request.signal?.throwIfAborted();
    return answer;
  };

  readonly lines = async (request: StreamRequest): Promise<AsyncIterable<string>> => {
    this.watches.push(request);
    const refusal = this.refuseWatch(request);
    if (refusal !== undefined) throw refusal;
    const stream = new TestStream(request);
    this.streams.push(stream);
    queueMicrotask(() => this.emit("watch", stream));
    return stream.read();
  };

  readonly close = (): void => {};

  page(path: string, items: readonly unknown[] = this.objects.get(path) ?? [], next = ""): unknown {
    return { kind: "List", metadata: { resourceVersion: String(this.version), continue: next }, items };
  }

  /** The next watch that begins. */
  async nextStream(): Promise<TestStream> {
    const [stream] = (await once(this, "watch")) as [TestStream];
    return stream;
  }

  get newestStream(): TestStream {
    return this.streams.at(-1) as TestStream;
  }
}

export function failure(status: number, reason: string, retryAfterSeconds?: number): ApiError {
  const what = { what: "GET /test", status, reason, detail: "" };
  return new ApiError(retryAfterSeconds === undefined ? what : { ...what, retryAfterSeconds });
}

/** A Service as the API server gives it. @param more of its spec */
export function rawService(
  name: string,
  version: number | string,
  more: Readonly<Record<string, unknown>> = {},
): RawObject {
  return {
    metadata: { name, namespace: "default", resourceVersion: String(version), uid: `uid-${name}` },
    spec: { type: "ClusterIP", clusterIP: "10.0.0.1", ports: [{ port: 80, targetPort: 8080 }], ...more },
    status: { loadBalancer: {} },
  };
}
