import type { IngressBackend, ServicePortRef } from "../model.ts";
import { LOST, type Loss, type Lost, type Part } from "../part.ts";
import { label } from "./names.ts";
import { portNumber, portReference } from "./ports.ts";

const NO_BACKEND = {
  wrong: "This names no Service",
  hint: "Write service.name and service.port.number (or service.port.name).",
};
const TWO_BACKENDS = {
  wrong: "This names both a Service and a resource",
  hint: "Leave out one of service and resource.",
};
const TWO_PORTS = { wrong: "This gives both a number and a name", hint: "Leave out one of number and name." };

function readPort(part: Part, loss: Loss): ServicePortRef["port"] | Lost {
  if (!part.mapping(loss)) return LOST;
  const number = part.at("number");
  const name = part.at("name");
  const named = !name.absent && name.value !== "";
  if (!number.absent && named) return part.lose(TWO_PORTS, loss);
  if (!number.absent) return number.read(portNumber, loss);
  return named ? name.read(portReference, loss) : undefined;
}

function readService(part: Part, loss: Loss): IngressBackend | Lost {
  if (!part.mapping(loss)) return LOST;
  const service = part.at("name").read(label, loss);
  const port = readPort(part.at("port"), loss);
  if (service === LOST || port === LOST) return LOST;
  return port === undefined ? { kind: "service", service } : { kind: "service", service, port };
}

/** A backend of an Ingress. @param loss what happens when it cannot be used */
export function readBackend(part: Part, loss: Loss): IngressBackend | Lost {
  if (!part.mapping(loss)) return LOST;
  const service = part.at("service");
  const resource = part.at("resource");
  if (service.absent && resource.absent) return part.lose(NO_BACKEND, loss);
  if (!service.absent && !resource.absent) return part.lose(TWO_BACKENDS, loss);
  return service.absent ? { kind: "resource" } : readService(service, loss);
}
