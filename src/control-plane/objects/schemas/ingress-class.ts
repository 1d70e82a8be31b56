import { z } from "zod";
import type { IngressClass, Metadata } from "../model.ts";
import { LOST, type Lost, type Part, WHOLE_OBJECT } from "../part.ts";

const controller = z.string().nullish();

/** An IngressClass; without a controller it is nobody's. */
export function readIngressClass(part: Part, metadata: Metadata): IngressClass | Lost {
  const spec = part.at("spec");
  if (!spec.mapping(WHOLE_OBJECT)) return LOST;
  const name = spec.at("controller").read(controller, WHOLE_OBJECT);
  return name === LOST ? LOST : { kind: "IngressClass", metadata, controller: name ?? "" };
}
