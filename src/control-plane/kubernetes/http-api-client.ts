import http, { type IncomingMessage, type RequestOptions } from "node:http";
import https from "node:https";
import { type Clock, systemClock } from "../time/clock.ts";
import type { Access, Credential } from "./access.ts";
import { type ApiClient, ApiError, type ApiRequest, type StreamRequest } from "./api-client.ts";
import { Connections } from "./connections.ts";
import { readLines } from "./read-lines.ts";
import { readRefusal } from "./read-refusal.ts";
import { unreachable } from "./unreachable.ts";

export interface HttpApiClientOptions {
  readonly access: Access;
  /** Of Limpet; the API server's audit log shows it. */
  readonly version: string;
  readonly clock?: Clock;
}

/** Milliseconds for an exchange that says nothing else: what the API server itself gives one. */
const DEFAULT_TIMEOUT_MS = 60_000;

function pathOf({ path, query }: StreamRequest): string {
  const parameters = new URLSearchParams(query).toString();
  return parameters === "" ? path : `${path}?${parameters}`;
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** What ends an exchange early: who asked, the time, or the end of the client. */
class Deadline {
  readonly #controller = new AbortController();
  readonly #undo: (() => void)[] = [];

  constructor(signals: readonly (AbortSignal | undefined)[]) {
    for (const signal of signals) if (signal !== undefined) this.#follow(signal);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Ends the exchange after so many milliseconds; gives what takes that back. */
  within(clock: Clock, milliseconds: number, message: string): () => void {
    const cancel = clock.after(milliseconds, () => this.#controller.abort(new Error(message)));
    this.#undo.push(cancel);
    return cancel;
  }

  /** The exchange is over: nothing may hold on to it. */
  release(): void {
    for (const undo of this.#undo.splice(0)) undo();
  }

  #follow(signal: AbortSignal): void {
    const end = () => this.#controller.abort(signal.reason);
    if (signal.aborted) end();
    signal.addEventListener("abort", end);
    this.#undo.push(() => signal.removeEventListener("abort", end));
  }
}

/** Requests over kept HTTP/1.1 connections. */
class HttpApiClient implements ApiClient {
  readonly #access: Access;
  readonly #base: URL;
  readonly #userAgent: string;
  readonly #clock: Clock;
  readonly #connections: Connections;
  readonly #closing = new AbortController();

  constructor({ access, version, clock = systemClock }: HttpApiClientOptions) {
    this.#access = access;
    this.#base = new URL(access.server);
    this.#userAgent = `limpet/${version}`;
    this.#clock = clock;
    this.#connections = new Connections(access);
  }

  async request(request: ApiRequest): Promise<unknown> {
    const deadline = this.#deadline(request);
    deadline.within(this.#clock, request.timeoutMs ?? DEFAULT_TIMEOUT_MS, this.#tooLate(request));
    try {
      const response = await this.#answer(request, deadline.signal);
      const text = await this.#read(response, request, deadline.signal);
      return text === "" ? undefined : this.#parse(text, request);
    } finally {
      deadline.release();
    }
  }

  async lines(request: StreamRequest): Promise<AsyncIterable<string>> {
    const asked: ApiRequest = { ...request, method: "GET" };
    const deadline = this.#deadline(asked);
    const inTime = deadline.within(this.#clock, request.timeoutMs ?? DEFAULT_TIMEOUT_MS, this.#tooLate(asked));
    try {
      const response = await this.#answer(asked, deadline.signal);
      inTime();
      return this.#stream(response, asked, deadline);
    } catch (error) {
      deadline.release();
      throw error;
    }
  }

  close(): void {
    this.#closing.abort(new Error(`Access to the API server ${this.#access.server} has been closed.`));
    this.#connections.close();
  }

  #deadline(request: ApiRequest): Deadline {
    return new Deadline([request.signal, this.#closing.signal]);
  }

  #tooLate({ method, path }: ApiRequest): string {
    const { server, origin } = this.#access;
    return `The API server ${server} (${origin}) did not answer ${method} ${path} in time: check the network between this machine and it.`;
  }

  /** The head of a 2xx answer. Credentials that are refused are read anew, once: they may have been renewed. */
  async #answer(request: ApiRequest, signal: AbortSignal): Promise<IncomingMessage> {
    try {
      return await this.#attempt(request, signal);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      this.#access.credentials.forget();
      return this.#attempt(request, signal);
    }
  }

  async #attempt(request: ApiRequest, signal: AbortSignal): Promise<IncomingMessage> {
    const credential = await this.#access.credentials.get();
    const agent = await this.#connections.agent(credential);
    const response = await this.#send(request, { ...this.#options(request, credential), agent, signal });
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return response;
    const text = await this.#read(response, request, signal);
    throw readRefusal(`${request.method} ${request.path}`, response, text, this.#clock.date());
  }

  #options(request: ApiRequest, { headers }: Credential): RequestOptions {
    const { hostname, port, pathname } = this.#base;
    const prefix = pathname === "/" ? "" : pathname;
    const { method, body, contentType = "application/json" } = request;
    return {
      method,
      // A URL keeps the brackets of an IPv6 address, a socket wants none.
      host: hostname.replace(/^\[(.*)\]$/, "$1"),
      ...(port !== "" && { port }),
      path: `${prefix}${pathOf(request)}`,
      headers: {
        ...headers,
        accept: "application/json",
        "user-agent": this.#userAgent,
        ...(body !== undefined && { "content-type": contentType }),
      },
    };
  }

  /** A kept connection may end at the moment when it is used again: what only reads is sent once more then. */
  async #send(request: ApiRequest, options: RequestOptions): Promise<IncomingMessage> {
    for (;;) {
      const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
      const sending = this.#base.protocol === "http:" ? http.request(options) : https.request(options);
      sending.on("response", resolve).on("error", reject);
      sending.end(request.body === undefined ? undefined : JSON.stringify(request.body));
      try {
        return await promise;
      } catch (error) {
        options.signal?.throwIfAborted();
        if (request.method !== "GET" || !sending.reusedSocket) throw unreachable(this.#access, error as Error);
      }
    }
  }

  async #read(response: IncomingMessage, request: ApiRequest, signal: AbortSignal): Promise<string> {
    try {
      return await textOf(response);
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
  async *#stream(response: IncomingMessage, request: ApiRequest, deadline: Deadline): AsyncGenerator<string> {
    try {
      yield* readLines(response);
    } catch (error) {
      deadline.signal.throwIfAborted();
      throw this.#cutOff(request, error);
    } finally {
      response.destroy();
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
