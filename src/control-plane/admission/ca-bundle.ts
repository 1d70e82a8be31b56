import type { Logger } from "pino";
import { type ApiClient, hasStatus } from "../kubernetes/api-client.ts";
import { type WatchedObject, WatchedObjects } from "../kubernetes/watched-objects.ts";
import type { LeaderDuty } from "../leadership/leader-duty.ts";
import type { Clock } from "../time/clock.ts";

export interface CaBundleOptions {
  readonly client: ApiClient;
  /** Of the ValidatingWebhookConfiguration; all webhooks in it are ours. */
  readonly name: string;
  readonly log: Logger;
  readonly clock: Clock;
}

interface Webhook {
  readonly clientConfig: { readonly caBundle?: string } & Readonly<Record<string, unknown>>;
}

type Configuration = WatchedObject & { readonly webhooks?: readonly Webhook[] | null };

const COLLECTION = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
const REQUEST_TIMEOUT_MS = 10_000;
/** After a write that failed. */
const RETRY_MS = 30_000;

/** Keeps in the ValidatingWebhookConfiguration whom the API server is to trust, while this replica leads. */
export class CaBundle implements LeaderDuty {
  readonly #options: CaBundleOptions;
  #watched: WatchedObjects | undefined;
  #configuration: Configuration | undefined;
  /** PEM; undefined: not known yet. */
  #bundle: string | undefined;
  #failure = "";
  #cancel = () => {};
  #writing: Promise<void> | undefined;

  constructor(options: CaBundleOptions) {
    this.#options = options;
  }

  /** @param bundle PEM */
  trust(bundle: string): void {
    this.#bundle = bundle;
    this.#look();
  }

  begin(): void {
    const { client, clock, log, name } = this.#options;
    this.#watched = new WatchedObjects({
      ...{ client, clock, log, path: COLLECTION, selector: { fieldSelector: `metadata.name=${name}` } },
      changed: (objects) => {
        this.#configuration = objects[0];
        this.#look();
      },
    });
    this.#watched.start();
  }

  async end(): Promise<void> {
    const watched = this.#watched;
    this.#watched = undefined;
    this.#configuration = undefined;
    this.#cancel();
    await watched?.stop();
    await this.#writing;
  }

  #look(): void {
    if (this.#watched === undefined || this.#bundle === undefined) return;
    const caBundle = Buffer.from(this.#bundle).toString("base64");
    const { metadata, webhooks } = this.#configuration ?? {};
    if (metadata === undefined || !webhooks?.some(({ clientConfig }) => clientConfig.caBundle !== caBundle)) return;
    const told = webhooks.map((webhook) => ({ ...webhook, clientConfig: { ...webhook.clientConfig, caBundle } }));
    this.#writing ??= this.#write(metadata.resourceVersion, told);
  }

  async #write(resourceVersion: string, webhooks: readonly Webhook[]): Promise<void> {
    const { client, log, name } = this.#options;
    try {
      await client.request({
        method: "PATCH",
        path: `${COLLECTION}/${encodeURIComponent(name)}`,
        contentType: "application/merge-patch+json",
        // A list is replaced whole: nothing that somebody changed meanwhile may be undone.
        body: { metadata: { resourceVersion }, webhooks },
        timeoutMs: REQUEST_TIMEOUT_MS,
      });
      this.#failure = "";
      log.info({ configuration: name }, "the API server was told which certificate the webhook has");
    } catch (error) {
      this.#failed(error as Error);
    } finally {
      this.#writing = undefined;
    }
  }

  #failed(error: Error): void {
    if (this.#watched === undefined) return;
    this.#cancel();
    this.#cancel = this.#options.clock.after(RETRY_MS, () => this.#look());
    // Somebody else changed it: how it is now comes by the watch.
    if (hasStatus(error, 409)) return;
    if (error.message === this.#failure) return;
    this.#failure = error.message;
    this.#options.log.error({ failure: error.message }, "the API server cannot be told the webhook's certificate");
  }
}
