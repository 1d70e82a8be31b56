import { isIP } from "node:net";
import { z } from "zod";
import type { EndpointSlice, Metadata, SliceEndpoint, SlicePort } from "../model.ts";
import { LOST, type Lost, type Part, WHOLE_OBJECT, withoutLost } from "../part.ts";
import { isSubdomain } from "./names.ts";
import { portName, portNumber, protocol } from "./ports.ts";

type AddressType = EndpointSlice["addressType"];

const ENDPOINT_LOSS = "this endpoint is left out";
const ADDRESS_LOSS = "this address is left out";
const PORT_LOSS = "this port is left out";

const addressType = z.enum(["IPv4", "IPv6", "FQDN"]);
const condition = z.boolean().nullish();

const FITS: Readonly<Record<AddressType, (address: string) => boolean>> = {
  IPv4: (address) => isIP(address) === 4,
  // An address with a zone (`fe80::1%eth0`) means something on one machine only.
  IPv6: (address) => isIP(address) === 6 && !address.includes("%"),
  FQDN: isSubdomain,
};

function addressOf(type: AddressType): z.ZodType<string> {
  return z.string().refine(FITS[type], {
    error: `This is not an address of the type ${type}`,
    params: { hint: `Write an address of the slice's addressType, ${type}, without a port.` },
  });
}

const ADDRESS: Readonly<Record<AddressType, z.ZodType<string>>> = {
  IPv4: addressOf("IPv4"),
  IPv6: addressOf("IPv6"),
  FQDN: addressOf("FQDN"),
};

const targetText = z.string().max(253).nullish();

const NO_POD = { targetUid: "", targetName: "" };

function readTargetText(part: Part, effect: string): string {
  const text = part.read(targetText, effect);
  return text === LOST ? "" : (text ?? "");
}

/** Pods have identities that survive nothing; what else an endpoint may stand for is not one. */
function readTarget(part: Part): Pick<SliceEndpoint, "targetUid" | "targetName"> {
  const effect = "the endpoint is told apart by its address";
  if (part.absent || !part.mapping(effect)) return NO_POD;
  const kind = part.at("kind");
  if (!kind.absent && kind.value !== "" && kind.value !== "Pod") return NO_POD;
  return {
    targetUid: readTargetText(part.at("uid"), effect),
    targetName: readTargetText(part.at("name"), "the pod's revision is not known"),
  };
}

function readConditions(part: Part): Pick<SliceEndpoint, "ready" | "serving" | "terminating"> | Lost {
  if (!part.mapping(ENDPOINT_LOSS)) return LOST;
  const ready = part.at("ready").read(condition, ENDPOINT_LOSS);
  const serving = part.at("serving").read(condition, ENDPOINT_LOSS);
  const terminating = part.at("terminating").read(condition, ENDPOINT_LOSS);
  if (ready === LOST || serving === LOST || terminating === LOST) return LOST;
  return { ready: ready ?? true, serving: serving ?? ready ?? true, terminating: terminating ?? false };
}

function readEndpoint(part: Part, address: z.ZodType<string>): SliceEndpoint | Lost {
  if (!part.mapping(ENDPOINT_LOSS)) return LOST;
  const items = part.at("addresses").items(ENDPOINT_LOSS);
  const conditions = readConditions(part.at("conditions"));
  if (items === LOST || conditions === LOST) return LOST;
  if (items.length === 0) {
    return part.lose(
      { wrong: "This endpoint has no addresses", hint: "Write addresses with one address." },
      ENDPOINT_LOSS,
    );
  }
  const addresses = withoutLost(items.map((item) => item.read(address, ADDRESS_LOSS)));
  if (addresses.length === 0) return LOST;
  return { addresses, ...conditions, ...readTarget(part.at("targetRef")) };
}

function readPort(part: Part): SlicePort | Lost {
  if (!part.mapping(PORT_LOSS)) return LOST;
  const name = part.at("name").read(portName, PORT_LOSS);
  const port = part.at("port").read(portNumber.nullish(), PORT_LOSS);
  const transport = part.at("protocol").read(protocol, PORT_LOSS);
  if (name === LOST || port === LOST || transport === LOST) return LOST;
  return typeof port === "number" ? { name, port, protocol: transport } : { name, protocol: transport };
}

/**
 * An EndpointSlice with the endpoints, addresses and ports that can be used. Conditions that are absent are read as
 * the API defines them (discovery.k8s.io/v1, EndpointConditions).
 */
export function readEndpointSlice(part: Part, metadata: Metadata): EndpointSlice | Lost {
  const type = part.at("addressType").read(addressType, WHOLE_OBJECT);
  if (type === LOST) return LOST;
  const address = ADDRESS[type];
  const endpoints = part.at("endpoints").items("the slice has no endpoints");
  const ports = part.at("ports").items("the slice has no ports");
  return {
    kind: "EndpointSlice",
    metadata,
    addressType: type,
    endpoints: endpoints === LOST ? [] : withoutLost(endpoints.map((item) => readEndpoint(item, address))),
    ports: ports === LOST ? [] : withoutLost(ports.map(readPort)),
  };
}
