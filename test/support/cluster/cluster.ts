import { Limpet, type LimpetOptions } from "../limpet.ts";
import { ApiServer } from "./api-server.ts";
import type { Kubectl } from "./kubectl.ts";
import { LIMPET_PODS, limpetAccount } from "./limpet-account.ts";

/** A cluster with Limpet in it, which may do what its role says and nothing more. */
export interface Cluster {
  readonly api: ApiServer;
  /** Kubectl as one who may do everything. */
  readonly admin: Kubectl;
  /** Kubectl as Limpet itself. */
  readonly account: Kubectl;
  readonly limpet: Limpet;
  readonly stop: () => Promise<void>;
}

/** Starts a cluster and Limpet in it, and resolves once Limpet is ready. */
export async function startCluster(options: LimpetOptions = {}): Promise<Cluster> {
  const api = await ApiServer.start();
  try {
    const account = await limpetAccount(api);
    const limpet = await Limpet.start([], { pod: LIMPET_PODS[0], ...options, kubeconfig: account.kubeconfig });
    const stop = async () => {
      await limpet.stop();
      await api.stop();
    };
    return { api, admin: api.admin, account, limpet, stop };
  } catch (error) {
    await api.stop();
    throw error;
  }
}
