import type { Logger } from "pino";
import type { ApiClient } from "../kubernetes/api-client.ts";
import { type WatchedObject, WatchedObjects } from "../kubernetes/watched-objects.ts";
import type { LoadBalancerAddress } from "../objects/model.ts";
import type { Clock } from "../time/clock.ts";
import type { AddressSource } from "./addresses.ts";
import { serviceAddresses } from "./service-addresses.ts";

export interface AddressSourceOptions {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * The addresses of a Service, followed as they change: `--publish-service`. While there is no such Service nobody knows
 * them, and statuses stay as they are.
 *
 * @param name `namespace/name`
 */
export function publishedService(name: string, options: AddressSourceOptions): AddressSource {
  const [namespace = "", service = ""] = name.split("/");
  let watched: WatchedObjects | undefined;
  const addressesOf = ([found]: readonly WatchedObject[]): readonly LoadBalancerAddress[] | undefined => {
    if (found !== undefined) return serviceAddresses(found);
    options.log.warn({ service: name }, "the Service of --publish-service does not exist; no status is written");
    return undefined;
  };
  return {
    start: (publish) => {
      watched = new WatchedObjects({
        ...options,
        path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/services`,
        selector: { fieldSelector: `metadata.name=${service}` },
        changed: (objects) => publish(addressesOf(objects)),
      });
      watched.start();
    },
    stop: async () => await watched?.stop(),
  };
}
