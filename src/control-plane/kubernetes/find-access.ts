import { delimiter } from "node:path";
import { type Clock, systemClock } from "../time/clock.ts";
import type { Access } from "./access.ts";
import { kubeconfigAccess } from "./kubeconfig/kubeconfig-access.ts";
import { readKubeconfig } from "./kubeconfig/read-kubeconfig.ts";
import { hasServiceAccount, serviceAccountAccess } from "./service-account.ts";

export interface FindAccessOptions {
  /** The file that was asked for; it comes before everything else. */
  readonly kubeconfig?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly serviceAccountFolder?: string;
  readonly clock?: Clock;
}

/**
 * The cluster that is meant: by the kubeconfig file, by `$KUBECONFIG` (several files with `:` between them), or by the
 * pod's service account; undefined when none is.
 *
 * @throws Error of one sentence with the remedy when what names it cannot be used
 */
export async function findAccess(options: FindAccessOptions = {}): Promise<Access | undefined> {
  const { kubeconfig, environment = process.env, serviceAccountFolder, clock = systemClock } = options;
  if (kubeconfig !== undefined) return kubeconfigAccess(await readKubeconfig([kubeconfig]), clock);
  const files = (environment["KUBECONFIG"] ?? "").split(delimiter).filter((file) => file !== "");
  if (files.length > 0) return kubeconfigAccess(await readKubeconfig(files), clock);
  const account = {
    environment,
    clock,
    ...(serviceAccountFolder !== undefined && { folder: serviceAccountFolder }),
  };
  return hasServiceAccount(account) ? serviceAccountAccess(account) : undefined;
}
