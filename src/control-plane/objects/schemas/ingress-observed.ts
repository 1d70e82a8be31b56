import { z } from "zod";
import type { IngressObserved, LoadBalancerAddress } from "../model.ts";
import type { Part } from "../part.ts";

const text = z.string().max(253).optional().catch(undefined);

/** What does not fit counts as absent: a user writes none of this, so there is nobody to tell about it. */
const observed = z.object({
  metadata: z.object({ resourceVersion: z.string().min(1) }),
  status: z
    .object({
      loadBalancer: z.object({ ingress: z.array(z.object({ ip: text, hostname: text })).catch([]) }),
    })
    .optional()
    .catch(undefined),
});

function trim({ ip, hostname }: { ip?: string | undefined; hostname?: string | undefined }): LoadBalancerAddress {
  return { ...(ip !== undefined && { ip }), ...(hostname !== undefined && { hostname }) };
}

/** What a whole raw Ingress has from its cluster; undefined when it has no resourceVersion, as a manifest has not. */
export function readObserved(ingress: Part): IngressObserved | undefined {
  const read = observed.safeParse(ingress.value);
  if (!read.success) return undefined;
  const { metadata, status } = read.data;
  return {
    resourceVersion: metadata.resourceVersion,
    loadBalancer: (status?.loadBalancer.ingress ?? []).map(trim),
  };
}
