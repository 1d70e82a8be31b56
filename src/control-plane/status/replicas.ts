import { z } from "zod";
import type { ApiClient } from "../kubernetes/api-client.ts";

/** The pod that this process runs in. */
export interface OwnPod {
  readonly namespace: string;
  readonly name: string;
}

/** Labels that tell replicas of one controller apart by their version: they say nothing about whose they are. */
const VERSION_LABELS = ["pod-template-hash", "controller-revision-hash", "pod-template-generation"];

const REQUEST_TIMEOUT = 4_000;

const podLabels = z.object({ metadata: z.object({ labels: z.record(z.string(), z.string()).default({}) }) });

const podList = z.object({
  items: z
    .array(
      z.object({
        metadata: z.object({ name: z.string(), deletionTimestamp: z.string().optional() }),
        status: z.object({ phase: z.string().default("") }).default({ phase: "" }),
      }),
    )
    .nullish(),
});

/** The pods that run the same controller as this one: those with its labels in its namespace. */
export class Replicas {
  readonly path: string;
  readonly #client: ApiClient;
  readonly #own: OwnPod;

  constructor(client: ApiClient, own: OwnPod) {
    this.#client = client;
    this.#own = own;
    this.path = `/api/v1/namespaces/${encodeURIComponent(own.namespace)}/pods`;
  }

  /**
   * What selects them all, as the API takes it in `labelSelector`.
   *
   * @throws as `ApiClient.request`; Error when the pod has no label to be known by
   */
  async selector(): Promise<string> {
    const path = `${this.path}/${encodeURIComponent(this.#own.name)}`;
    const pod = podLabels.parse(await this.#client.request({ method: "GET", path, timeoutMs: REQUEST_TIMEOUT }));
    const labels = Object.entries(pod.metadata.labels).filter(([key]) => !VERSION_LABELS.includes(key));
    if (labels.length > 0) return labels.map(([key, value]) => `${key}=${value}`).join(",");
    throw new Error(`The pod ${this.#own.namespace}/${this.#own.name} has no labels that its replicas share.`);
  }

  /**
   * Whether another one runs, or is about to, and is not being ended.
   *
   * @throws as `selector`
   */
  async othersStay(): Promise<boolean> {
    const query = { labelSelector: await this.selector() };
    const answer = await this.#client.request({ method: "GET", path: this.path, query, timeoutMs: REQUEST_TIMEOUT });
    return (podList.parse(answer).items ?? []).some(
      ({ metadata, status }) =>
        metadata.name !== this.#own.name &&
        metadata.deletionTimestamp === undefined &&
        status.phase !== "Succeeded" &&
        status.phase !== "Failed",
    );
  }
}
