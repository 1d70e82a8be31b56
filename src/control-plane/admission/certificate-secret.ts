import { isDeepStrictEqual } from "node:util";
import type { Logger } from "pino";
import type { CertifiedKey } from "../certificates/self-signed.ts";
import { type ApiClient, hasStatus } from "../kubernetes/api-client.ts";
import { type WatchedObject, WatchedObjects } from "../kubernetes/watched-objects.ts";
import type { Clock } from "../time/clock.ts";
import {
  type AdmissionCertificate,
  isDue,
  issueCertificate,
  readSecretData,
  toSecretData,
} from "./admission-certificate.ts";
import type { CertificateSource } from "./certificate-source.ts";

export interface CertificateSecretOptions {
  readonly client: ApiClient;
  readonly namespace: string;
  /** Of the Secret, and of the Service in the same namespace that the API server asks. */
  readonly name: string;
  readonly log: Logger;
  readonly clock: Clock;
  /** Told what the API server is to trust, PEM, whenever that differs. */
  readonly trust: (bundle: string) => void;
}

type SecretObject = WatchedObject & { readonly data?: Readonly<Record<string, string>> | null };

const REQUEST_TIMEOUT_MS = 10_000;
const HOUR_MS = 3_600_000;
/** After a write that failed. */
const RETRY_MS = 30_000;

/**
 * The certificate of all replicas: one Secret, which the first of them makes and any of them renews in time. Who writes
 * is settled by the API server: the others' writes meet a conflict, and what was written comes to them by their watch.
 */
export class CertificateSecret implements CertificateSource {
  readonly #options: CertificateSecretOptions;
  readonly #watched: WatchedObjects;
  readonly #names: readonly string[];
  readonly #ending = new AbortController();
  #use: (certificate: CertifiedKey) => void = () => {};
  /** As the API server has it. */
  #secret: SecretObject | undefined;
  #current: AdmissionCertificate | undefined;
  #failure = "";
  #cancel = () => {};
  #writing: Promise<void> | undefined;

  constructor(options: CertificateSecretOptions) {
    const { client, clock, log, namespace, name } = options;
    this.#options = options;
    this.#names = [`${name}.${namespace}.svc`, `${name}.${namespace}.svc.cluster.local`];
    this.#watched = new WatchedObjects({
      ...{ client, clock, log, path: this.#collection },
      selector: { fieldSelector: `metadata.name=${name}` },
      changed: (objects) => {
        this.#secret = objects[0];
        this.#look();
      },
    });
  }

  async start(use: (certificate: CertifiedKey) => void): Promise<void> {
    this.#use = use;
    this.#watched.start();
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    this.#cancel();
    await this.#watched.stop();
    await this.#writing;
  }

  /** Takes the Secret up as it is, and writes it when there is something to write. */
  #look(): void {
    if (this.#ending.signal.aborted) return;
    this.#lookAfter(HOUR_MS);
    const found = this.#secret === undefined ? undefined : readSecretData(this.#secret.data ?? {});
    if (found !== undefined) this.#take(found);
    const now = this.#options.clock.date();
    if (found === undefined || isDue(found, this.#names, now)) this.#writing ??= this.#write(now);
  }

  #lookAfter(milliseconds: number): void {
    this.#cancel();
    this.#cancel = this.#options.clock.after(milliseconds, () => this.#look());
  }

  #take(found: AdmissionCertificate): void {
    if (isDeepStrictEqual(found, this.#current)) return;
    this.#current = found;
    this.#use(found.serving);
    this.#options.trust(found.bundle);
  }

  /** One that is gone is made again of what is in use, so that whoever trusts it goes on doing so. */
  async #next(now: number): Promise<AdmissionCertificate> {
    const current = this.#current;
    if (current !== undefined && !isDue(current, this.#names, now)) return current;
    return issueCertificate(this.#names, now, current);
  }

  async #write(now: number): Promise<void> {
    const { log, namespace, name } = this.#options;
    const secret = `${namespace}/${name}`;
    try {
      await this.#send(toSecretData(await this.#next(now)));
      this.#failure = "";
      log.info({ secret }, "the webhook's certificate was made");
    } catch (error) {
      if (this.#ending.signal.aborted) return;
      this.#failed(error as Error, secret);
    } finally {
      this.#writing = undefined;
    }
  }

  #failed(error: Error, secret: string): void {
    this.#lookAfter(RETRY_MS);
    // Another replica was faster: what it wrote is on its way.
    if (hasStatus(error, 409)) return;
    if (error.message === this.#failure) return;
    this.#failure = error.message;
    this.#options.log.error(
      { secret, failure: error.message },
      "the webhook's certificate cannot be stored; trying again",
    );
  }

  async #send(data: Readonly<Record<string, string>>): Promise<void> {
    const { client, name, namespace } = this.#options;
    const common = { signal: this.#ending.signal, timeoutMs: REQUEST_TIMEOUT_MS };
    const before = this.#secret?.metadata;
    if (before === undefined) {
      const metadata = { name, namespace, labels: { "app.kubernetes.io/managed-by": "limpet" } };
      const body = { apiVersion: "v1", kind: "Secret", metadata, type: "Opaque", data };
      await client.request({ method: "POST", path: this.#collection, body, ...common });
      return;
    }
    const { resourceVersion } = before;
    await client.request({
      method: "PATCH",
      path: `${this.#collection}/${encodeURIComponent(name)}`,
      contentType: "application/merge-patch+json",
      body: { metadata: { resourceVersion }, data },
      ...common,
    });
  }

  get #collection(): string {
    return `/api/v1/namespaces/${encodeURIComponent(this.#options.namespace)}/secrets`;
  }
}
