import type { ApiContext } from "./api-context.ts";
import { ApiListener, type LineListener } from "./api-listener.ts";
import { type ApiObject, isJsonObject, type JsonObject } from "./api-object.ts";
import { type Certificate, makeCertificate } from "./certificate.ts";
import { type KubeconfigOptions, writeKubeconfig, writeServiceAccount } from "./credentials.ts";
import { EMULATOR_DEFAULTS, type EmulatorOptions } from "./emulator-options.ts";
import type { FaultScope } from "./fault.ts";
import { FaultTable } from "./fault-table.ts";
import { Faults } from "./faults.ts";
import { ObjectStore } from "./object-store.ts";
import { type ObjectPlace, ObjectWriter } from "./object-writer.ts";
import { Refusal } from "./refusal.ts";
import { RequestLog } from "./request-log.ts";
import { type ResourceName, resourceNamed, resourceOfKind } from "./resources.ts";
import { serveRequest } from "./serve-request.ts";
import { keyOf, parseStored } from "./stored-object.ts";
import { Waiters } from "./waiters.ts";
import type { Watch } from "./watch.ts";
import { Watches } from "./watches.ts";

/**
 * An API server of Kubernetes inside the test: HTTP on 127.0.0.1, objects in memory, as faithful as a controller can see,
 * and able to fail in every way on demand. It validates no object's content, so that Endpoints may be loopback addresses.
 */
export class ApiEmulator {
  /** Every request that came. */
  readonly requests: RequestLog;
  readonly faults: Faults;
  readonly #context: ApiContext;
  readonly #waiters = new Waiters();
  readonly #listener: ApiListener;
  readonly #certificate: Certificate | undefined;
  readonly #bugs: Error[] = [];
  readonly #bookmarks: NodeJS.Timeout | undefined;
  #tokens: ReadonlySet<string> | undefined;

  private constructor(options: EmulatorOptions, certificate: Certificate | undefined) {
    const settings = { ...EMULATOR_DEFAULTS, ...options };
    const changed = () => this.#waiters.changed();
    const store = new ObjectStore(settings.historyLength);
    const watches = new Watches(store, changed);
    const faults = new FaultTable(changed);
    this.requests = new RequestLog(changed);
    this.faults = new Faults(faults, watches);
    this.setTokens(options.tokens);
    const tokens = () => this.#tokens;
    const writer = new ObjectWriter(store);
    this.#context = { store, writer, watches, faults, log: this.requests, settings, tokens };
    store.listen(changed);
    this.#certificate = certificate;
    this.#listener = new ApiListener(certificate, settings.http2, this.#serve);
    if (settings.bookmarkInterval > 0)
      this.#bookmarks = setInterval(() => watches.sendBookmarks(), settings.bookmarkInterval).unref();
  }

  static async start(options: EmulatorOptions = {}): Promise<ApiEmulator> {
    const emulator = new ApiEmulator(options, options.tls ? await makeCertificate() : undefined);
    await emulator.#listener.listen();
    return emulator;
  }

  get url(): string {
    return `${this.#certificate === undefined ? "http" : "https"}://127.0.0.1:${this.port}`;
  }

  get port(): number {
    return this.#listener.port;
  }

  /** The authority of the certificate, PEM; undefined without TLS. */
  get authority(): string | undefined {
    return this.#certificate?.certificate;
  }

  /** Whether it offers HTTP/2. */
  get http2(): boolean {
    return this.#certificate !== undefined && this.#context.settings.http2;
  }

  /** The newest resourceVersion of all. */
  get resourceVersion(): string {
    return String(this.#context.store.resourceVersion);
  }

  /** Connections that are open. */
  get connections(): number {
    return this.#listener.connections;
  }

  /** The watches that are open, half-open ones with them. */
  watches(scope: FaultScope = {}): readonly Watch[] {
    return this.#context.watches.inScope(scope);
  }

  /**
   * Creates an object, or replaces it, as another client would: nothing is validated, a status counts if it is stated,
   * uid and creationTimestamp too. The namespace is `default` where none is stated. @returns the object as stored
   */
  apply(object: JsonObject): ApiObject {
    const { apiVersion, kind, metadata } = object;
    if (!isJsonObject(metadata)) throw new Error("an object has metadata");
    const resource = resourceOfKind(apiVersion, kind);
    const { name, namespace = "default" } = metadata as ApiObject["metadata"];
    if (name === undefined) throw new Error("an object has a name");
    const place = { resource, namespace: resource.namespaced ? namespace : "", name };
    return parseStored(resource, this.#context.writer.force(place, object as ApiObject));
  }

  /** Deletes an object as another client would. @throws Error when it is not there */
  delete(name: ResourceName, namespace: string, object: string): void {
    const result = this.#context.writer.delete(this.#place(name, namespace, object));
    if (result instanceof Refusal) throw new Error(result.message);
  }

  get(name: ResourceName, namespace: string, object: string): ApiObject | undefined {
    const { resource } = this.#place(name, namespace, object);
    const stored = this.#context.store.get(resource, keyOf(resource, namespace, object));
    return stored === undefined ? undefined : parseStored(resource, stored);
  }

  /** All objects of a resource, sorted by namespace and name. */
  list(name: ResourceName): ApiObject[] {
    const resource = resourceNamed(name);
    return this.#context.store
      .shelf(resource)
      .current()
      .map((stored) => parseStored(resource, stored));
  }

  /** Sends a bookmark now to the watches that asked for bookmarks. */
  sendBookmarks(scope: FaultScope = {}): void {
    this.#context.watches.sendBookmarks(scope);
  }

  /** Forgets the history: watches from older resourceVersions and older continue tokens are told 410. */
  compact(): void {
    this.#context.store.compact();
  }

  /** From now on these bearer tokens are let in; undefined: everybody is. Open watches stay. */
  setTokens(tokens: readonly string[] | undefined): void {
    this.#tokens = tokens === undefined ? undefined : new Set(tokens);
  }

  /** Breaks every connection (TCP RST). */
  resetConnections(): void {
    this.#listener.resetAll();
  }

  /** Breaks every connection and refuses new ones, as a server that is down. Objects and history stay. */
  stopListening(): Promise<void> {
    return this.#listener.close();
  }

  /** Listens again, on the same port. */
  listenAgain(): Promise<void> {
    return this.#listener.listen();
  }

  /**
   * Resolves once `holds` does: it is asked again after every request, answer, write and strike of a fault. Rejects when
   * the emulator stops first.
   */
  until(holds: (log: RequestLog) => boolean): Promise<void> {
    return this.#waiters.until(() => holds(this.requests));
  }

  /** Writes a kubeconfig into a folder. @returns its path */
  kubeconfig(directory: string, options: KubeconfigOptions = {}): Promise<string> {
    return writeKubeconfig(directory, this.#credentials(), options);
  }

  /** Writes into a folder what a pod finds of its service account. */
  serviceAccount(directory: string, namespace = "default"): Promise<void> {
    return writeServiceAccount(directory, this.#credentials(), namespace);
  }

  /** Ends everything at once. @throws AggregateError when the emulator itself failed in between */
  async stop(): Promise<void> {
    clearInterval(this.#bookmarks);
    this.faults.liftAll();
    this.#waiters.end(new Error("the API emulator has stopped"));
    await this.#listener.close();
    if (this.#bugs.length > 0) throw new AggregateError(this.#bugs, "bugs in the API emulator");
  }

  readonly #serve: LineListener = (request, response, line) => {
    serveRequest(this.#context, request, response, line).catch((error: Error) => {
      this.#bugs.push(error);
      response.destroy();
    });
  };

  #place(name: ResourceName, namespace: string, object: string): ObjectPlace {
    return { resource: resourceNamed(name), namespace, name: object };
  }

  #credentials() {
    return { url: this.url, authority: this.authority, token: this.#tokens?.values().next().value };
  }
}
