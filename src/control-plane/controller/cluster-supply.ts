import type { Logger } from "pino";
import type { ApiClient } from "../kubernetes/api-client.ts";
import { kubernetesSource } from "../sources/kubernetes/kubernetes-source.ts";
import { keyedSource } from "./keyed-source.ts";
import { SecretKeys } from "./secret-keys.ts";
import type { Supply } from "./supply.ts";

export interface ClusterSupplyOptions {
  readonly client: ApiClient;
  /** Whose objects are read; all of them when absent. */
  readonly watchNamespace?: string;
  /** Where Limpet itself lives. */
  readonly namespace: string;
  /** Of the Secret with the keys, there. */
  readonly keysSecret: string;
  readonly log: Logger;
}

/** Objects of a cluster, and keys that all replicas share in a Secret. */
export function clusterSupply(options: ClusterSupplyOptions): Supply {
  const { client, watchNamespace, namespace, keysSecret, log } = options;
  return {
    storedFirst: true,
    prepare: async (keyFolder, useKeys) => {
      const keys = new SecretKeys({ client, namespace, name: keysSecret, folder: keyFolder, log });
      const source = {
        ...{ client, patient: true, always: [keys.secret] },
        ...(watchNamespace !== undefined && { namespace: watchNamespace }),
        warn: (failure: string) => log.warn({ failure }, "a part of the cluster cannot be read; it is done without"),
      };
      return () => keyedSource(kubernetesSource(source), keys, useKeys);
    },
  };
}
