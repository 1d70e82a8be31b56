import { type Clock, systemClock } from "../time/clock.ts";
import type { Access, Credential } from "./access.ts";
import { type ApiClient, ApiError, type ApiRequest, type StreamRequest } from "./api-client.ts";
import { Connections } from "./connections.ts";
import { Deadline } from "./deadline.ts";
import { readLines } from "./read-lines.ts";
import { readRefusal } from "./read-refusal.ts";
import type { Answer, Outgoing } from "./transport/transport.ts";
import { unreachable } from "./unreachable.ts";

export interface HttpApiClientOptions {
  readonly access: Access;
  /** Of Limpet; the API server's audit log shows it. */
  readonly version: string;
  readonly clock?: Clock;
}

/** Milliseconds for an exchange that says nothing else: what the API server itself gives one. */
const DEFAULT_TIMEOUT_MS = 60_000;

/** What is kept of an answer for as long as it lasts. */
type Stream = Pick<Answer, "body" | "end">;

function pathOf({ path, query }: StreamRequest): string {
  const parameters = new URLSearchParams(query).toString();
  return parameters === "" ? path : `${path}?${parameters}`;
}

async function textOf({ body }: Answer): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** Requests over kept connections. */
class HttpApiClient implements ApiClient {
  readonly #access: Access;
  /** The path under which the server lies. */
  readonly #prefix: string;
  readonly #userAgent: string;
  readonly #clock: Clock;
  readonly #connections: Connections;
  readonly #underWay = new Set<Deadline>();
  #closed = false;

  constructor({ access, version, clock = systemClock }: HttpApiClientOptions) {
    this.#access = access;
    const { pathname } = new URL(access.server);
    this.#prefix = pathname === "/" ? "" : pathname;
    this.#userAgent = `limpet/${version}`;
    this.#clock = clock;
    this.#connections = new Connections(access, clock);
  }

  async request(request: ApiRequest): Promise<unknown> {
    const deadline = this.#deadline(request);
    deadline.within(this.#clock, request.timeoutMs ?? DEFAULT_TIMEOUT_MS, () => this.#tooLate(request));
    try {
      const answer = await this.#answer(request, deadline.signal);
      const text = await this.#read(answer, request, deadline.signal);
      return text === "" ? undefined : this.#parse(text, request);
    } finally {
      deadline.release();
    }
  }

  async lines(request: StreamRequest): Promise<AsyncIterable<string>> {
    const asked: ApiRequest = { ...request, method: "GET" };
    const deadline = this.#deadline(asked);
    const inTime = deadline.within(this.#clock, request.timeoutMs ?? DEFAULT_TIMEOUT_MS, () => this.#tooLate(asked));
    try {
      const { body, end } = await this.#answer(asked, deadline.signal);
      inTime();
      return this.#stream({ body, end }, asked, deadline);
    } catch (error) {
      deadline.release();
      throw error;
    }
  }

  close(): void {
    this.#closed = true;
    for (const deadline of this.#underWay) deadline.end(this.#hasBeenClosed());
    this.#connections.close();
  }

  #hasBeenClosed(): Error {
    return new Error(`Access to the API server ${this.#access.server} has been closed.`);
  }

  #deadline(request: ApiRequest): Deadline {
    const deadline = new Deadline(request.signal, () => this.#underWay.delete(deadline));
    this.#underWay.add(deadline);
    if (this.#closed) deadline.end(this.#hasBeenClosed());
    return deadline;
  }

  #tooLate({ method, path }: ApiRequest): string {
    const { server, origin } = this.#access;
    return `The API server ${server} (${origin}) did not answer ${method} ${path} in time: check the network between this machine and it.`;
  }

  /** The head of a 2xx answer. Credentials that are refused are read anew, once: they may have been renewed. */
  async #answer(request: ApiRequest, signal: AbortSignal): Promise<Answer> {
    try {
      return await this.#attempt(request, signal);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      this.#access.credentials.forget();
      return this.#attempt(request, signal);
    }
  }

  async #attempt(request: ApiRequest, signal: AbortSignal): Promise<Answer> {
    const credential = await this.#access.credentials.get();
    const transport = await this.#connections.transport(credential);
    signal.throwIfAborted();
    const answer = await transport.send(this.#outgoing(request, credential), signal).catch((error: Error) => {
      signal.throwIfAborted();
      throw unreachable(this.#access, error);
    });
    if (answer.status >= 200 && answer.status < 300) return answer;
    const text = await this.#read(answer, request, signal);
    throw readRefusal(`${request.method} ${request.path}`, answer, text, this.#clock.date());
  }

  #outgoing(request: ApiRequest, { headers }: Credential): Outgoing {
    const { method, body, contentType = "application/json" } = request;
    return {
      method,
      path: `${this.#prefix}${pathOf(request)}`,
      headers: {
        ...headers,
        accept: "application/json",
        "user-agent": this.#userAgent,
        ...(body !== undefined && { "content-type": contentType }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    };
  }

  async #read(answer: Answer, request: ApiRequest, signal: AbortSignal): Promise<string> {
    try {
      return await textOf(answer);
    } catch (error) {
      signal.throwIfAborted();
      throw this.#cutOff(request, error);
    }
  }

  #cutOff({ method, path }: ApiRequest, cause: unknown): Error {
    const { server, origin } = this.#access;
    const message = `The answer of the API server ${server} (${origin}) to ${method} ${path} was cut off: check the network between this machine and it.`;
    return new Error(message, { cause });
  }

  #parse(text: string, { method, path }: ApiRequest): unknown {
    try {
      return JSON.parse(text);
    } catch (error) {
      const { server, origin } = this.#access;
      const message = `The answer of ${server} (${origin}) to ${method} ${path} is no whole JSON: check that this is an API server, and the network between.`;
      throw new Error(message, { cause: error });
    }
  }

  /** Whoever stops reading ends the exchange. */
  async *#stream(stream: Stream, request: ApiRequest, deadline: Deadline): AsyncGenerator<string> {
    try {
      yield* readLines(stream.body);
    } catch (error) {
      deadline.signal.throwIfAborted();
      throw this.#cutOff(request, error);
    } finally {
      stream.end();
      deadline.release();
    }
  }
}

/** Opens access to an API server; connects with the first request. */
export function openApiClient(options: HttpApiClientOptions): ApiClient {
  const client = new HttpApiClient(options);
  return {
    request: (request) => client.request(request),
    lines: (request) => client.lines(request),
    close: () => client.close(),
  };
}
