import { isIP } from "node:net";
import { z } from "zod";
import type { LoadBalancerAddress } from "../objects/model.ts";
import { inOrder } from "./addresses.ts";
import { addressOf } from "./fixed-addresses.ts";

const texts = z.array(z.string()).nullish();

const service = z.object({
  spec: z.object({
    type: z.string().default("ClusterIP"),
    clusterIP: z.string().default(""),
    externalName: z.string().default(""),
    externalIPs: texts,
  }),
  status: z
    .object({
      loadBalancer: z
        .object({
          ingress: z.array(z.object({ ip: z.string().optional(), hostname: z.string().optional() })).nullish(),
        })
        .nullish(),
    })
    .nullish(),
});

type Service = z.output<typeof service>;

function clusterAddress({ spec }: Service): readonly LoadBalancerAddress[] {
  // A headless Service says "None".
  return isIP(spec.clusterIP) === 0 ? [] : [{ ip: spec.clusterIP }];
}

function externalAddresses({ spec }: Service): readonly LoadBalancerAddress[] {
  return (spec.externalIPs ?? []).map(addressOf);
}

function balancerAddresses({ status }: Service): readonly LoadBalancerAddress[] {
  return (status?.loadBalancer?.ingress ?? [])
    .map(({ ip = "", hostname = "" }) => ({ ...(ip !== "" && { ip }), ...(hostname !== "" && { hostname }) }))
    .filter((address) => Object.keys(address).length > 0);
}

function addressesOf(known: Service): readonly LoadBalancerAddress[] {
  const external = externalAddresses(known);
  if (known.spec.type === "LoadBalancer") {
    const balancer = balancerAddresses(known);
    const named = new Set(balancer.map(({ ip }) => ip));
    return [...balancer, ...external.filter(({ ip }) => !named.has(ip))];
  }
  if (known.spec.type === "ExternalName")
    return known.spec.externalName === "" ? [] : [addressOf(known.spec.externalName)];
  if (known.spec.type === "NodePort" && external.length > 0) return external;
  return clusterAddress(known);
}

/**
 * Where a Service can be reached from outside, by its type, as ingress-nginx 1.15.1 answers `--publish-service`: an
 * external name; the load balancer's addresses and the external ones; the external ones, or else the cluster's.
 *
 * @param raw a Service as the API server gives it
 */
export function serviceAddresses(raw: unknown): readonly LoadBalancerAddress[] {
  return inOrder(addressesOf(service.parse(raw)));
}
