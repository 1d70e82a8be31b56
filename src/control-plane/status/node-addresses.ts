import { isDeepStrictEqual } from "node:util";
import type { Logger } from "pino";
import { z } from "zod";
import { type ApiClient, hasStatus } from "../kubernetes/api-client.ts";
import { WatchedObjects } from "../kubernetes/watched-objects.ts";
import type { LoadBalancerAddress } from "../objects/model.ts";
import type { Clock } from "../time/clock.ts";
import { pause } from "../time/pause.ts";
import { type AddressSource, inOrder } from "./addresses.ts";
import { addressOf } from "./fixed-addresses.ts";
import type { AddressSourceOptions } from "./published-service.ts";
import { type OwnPod, Replicas } from "./replicas.ts";

const REQUEST_TIMEOUT = 10_000;
const RETRY_PAUSE = 10_000;

const pod = z.object({
  spec: z.object({ nodeName: z.string().default("") }),
  status: z.object({
    phase: z.string().default(""),
    conditions: z.array(z.object({ type: z.string(), status: z.string() })).nullish(),
  }),
});

const node = z.object({
  status: z.object({ addresses: z.array(z.object({ type: z.string(), address: z.string() })).nullish() }),
});

/** The node that a ready pod runs on; undefined for any other pod. */
export function readyNode(raw: unknown): string | undefined {
  const { spec, status } = pod.parse(raw);
  const ready = status.conditions?.some(({ type, status: holds }) => type === "Ready" && holds === "True") === true;
  return status.phase === "Running" && ready && spec.nodeName !== "" ? spec.nodeName : undefined;
}

/** The address of a node: the first external one, or else the first internal one (ingress-nginx 1.15.1). */
export function nodeAddress(raw: unknown): LoadBalancerAddress | undefined {
  const addresses = node.parse(raw).status.addresses ?? [];
  const find = (kind: string) => addresses.find(({ type, address }) => type === kind && address !== "")?.address;
  const found = find("ExternalIP") ?? find("InternalIP");
  return found === undefined ? undefined : addressOf(found);
}

/** Follows the replicas from node to node. */
class NodeAddresses implements AddressSource {
  readonly #client: ApiClient;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #replicas: Replicas;
  readonly #ending = new AbortController();
  readonly #known = new Map<string, LoadBalancerAddress | undefined>();
  #watched: WatchedObjects | undefined;
  #nodes: ReadonlySet<string> = new Set();
  #running: Promise<void> = Promise.resolve();

  constructor(own: OwnPod, { client, clock, log }: AddressSourceOptions) {
    this.#client = client;
    this.#clock = clock;
    this.#log = log;
    this.#replicas = new Replicas(client, own);
  }

  start(publish: (addresses: readonly LoadBalancerAddress[] | undefined) => void): void {
    this.#running = this.#again(() => this.#follow(publish));
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#watched?.stop();
    await this.#running;
  }

  async #follow(publish: (addresses: readonly LoadBalancerAddress[] | undefined) => void): Promise<void> {
    const labelSelector = await this.#replicas.selector();
    if (this.#ending.signal.aborted) return;
    this.#watched = new WatchedObjects({
      ...{ client: this.#client, clock: this.#clock, log: this.#log },
      path: this.#replicas.path,
      selector: { labelSelector },
      changed: (pods) => this.#moved(pods.map(readyNode), publish),
    });
    this.#watched.start();
  }

  #moved(
    nodes: readonly (string | undefined)[],
    publish: (addresses: readonly LoadBalancerAddress[] | undefined) => void,
  ): void {
    const now = new Set(nodes.filter((name) => name !== undefined));
    // During a roll-out of one replica none may be ready for a moment; what was published still leads to the cluster.
    if (now.size === 0 || isDeepStrictEqual(now, this.#nodes)) return;
    this.#nodes = now;
    this.#running = this.#running.then(() =>
      this.#again(async () => {
        for (const name of now) if (!this.#known.has(name)) this.#known.set(name, await this.#addressOf(name));
        if (this.#nodes !== now || this.#ending.signal.aborted) return;
        publish(inOrder([...now].map((name) => this.#known.get(name)).filter((address) => address !== undefined)));
      }),
    );
  }

  async #addressOf(name: string): Promise<LoadBalancerAddress | undefined> {
    const path = `/api/v1/nodes/${encodeURIComponent(name)}`;
    const { signal } = this.#ending;
    return nodeAddress(await this.#client.request({ method: "GET", path, timeoutMs: REQUEST_TIMEOUT, signal }));
  }

  /** Does it until it works. */
  async #again(work: () => Promise<void>): Promise<void> {
    const { signal } = this.#ending;
    for (let failure = ""; !signal.aborted; ) {
      try {
        return await work();
      } catch (error) {
        const { message } = error as Error;
        if (message !== failure && !signal.aborted) this.#report(error as Error);
        failure = message;
      }
      await pause(this.#clock, RETRY_PAUSE, signal);
    }
  }

  #report(error: Error): void {
    const denied = hasStatus(error, 403);
    const remedy = denied ? "; name the addresses with --publish-service or --publish-status-address, or allow it" : "";
    this.#log.warn({ failure: error.message }, `the nodes' addresses cannot be read; no status is written${remedy}`);
  }
}

/** Addresses of the nodes that ready replicas run on: what is published when no flag says otherwise. */
export function nodeAddresses(own: OwnPod, options: AddressSourceOptions): AddressSource {
  return new NodeAddresses(own, options);
}
