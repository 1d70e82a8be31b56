import { isIP } from "node:net";
import { z } from "zod";
import type { Metadata, Service, ServicePort } from "../model.ts";
import { LOST, type Lost, type Part, WHOLE_OBJECT, withoutLost } from "../part.ts";
import { isSubdomain } from "./names.ts";
import { portName, portNumber, protocol, targetPort } from "./ports.ts";

const PORT_LOSS = "this port is left out";
const TYPES = ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"] as const;

const clusterIP = z
  .string()
  .refine((address) => address === "" || address === "None" || isIP(address) !== 0, {
    error: "This is not an IP address",
    params: { hint: "Write an IP address or None, or leave the field out." },
  })
  .nullish()
  .transform((address) => address ?? "");

const externalName = z
  .string()
  .toLowerCase()
  .refine((name) => name === "" || isSubdomain(name.replace(/\.$/, "")), {
    error: "This is not a DNS name",
    params: { hint: "Write the DNS name of the service outside, such as api.example.com." },
  })
  .nullish()
  .transform((name) => name ?? "");

function readType(part: Part): string {
  if (part.absent || part.value === "") return "ClusterIP";
  const known = TYPES.find((type) => type === part.value);
  if (known === undefined) {
    const fault = { wrong: "This type of Service is not known", hint: `Write one of ${TYPES.join(", ")}.` };
    part.warn(fault, "the Service counts as ClusterIP");
  }
  return known ?? "ClusterIP";
}

function readPort(part: Part): ServicePort | Lost {
  if (!part.mapping(PORT_LOSS)) return LOST;
  const name = part.at("name").read(portName, PORT_LOSS);
  const port = part.at("port").read(portNumber, PORT_LOSS);
  const target = part.at("targetPort").read(targetPort, PORT_LOSS);
  const transport = part.at("protocol").read(protocol, PORT_LOSS);
  if (name === LOST || port === LOST || target === LOST || transport === LOST) return LOST;
  return { name, port, targetPort: target === 0 ? port : target, protocol: transport };
}

const ipFamily = z.enum(["IPv4", "IPv6"]);

function readFamilies(part: Part): readonly string[] {
  const loss = "this IP family is left out";
  const items = part.items(loss);
  if (items === LOST) return [];
  return withoutLost(items.map((item) => item.read(ipFamily, loss)));
}

/** A Service with the ports that can be used. */
export function readService(part: Part, metadata: Metadata): Service | Lost {
  const spec = part.at("spec");
  if (!spec.mapping(WHOLE_OBJECT)) return LOST;
  const address = spec.at("clusterIP").read(clusterIP, "the Service counts as one without an address");
  const outside = spec.at("externalName").read(externalName, "the Service has no external name");
  const ports = spec.at("ports").items("the Service has no ports");
  return {
    kind: "Service",
    metadata,
    type: readType(spec.at("type")),
    clusterIP: address === LOST ? "" : address,
    externalName: outside === LOST ? "" : outside,
    ipFamilies: readFamilies(spec.at("ipFamilies")),
    ports: ports === LOST ? [] : withoutLost(ports.map(readPort)),
  };
}
