import { z } from "zod";
import { isIanaServiceName, isLabel } from "./names.ts";

/** Whether a value is the number of a TCP port. */
export function isPort(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 65535;
}

const NUMBER_HINT = "Write a whole number from 1 to 65535, without quotes.";

export const portNumber = z
  .number()
  .refine(isPort, { error: "This is not the number of a port", params: { hint: NUMBER_HINT } });

/** The name that a Service or a slice gives a port; empty for none. */
export const portName = z
  .string()
  .refine((name) => name === "" || isLabel(name), {
    error: "This is not the name of a port",
    params: { hint: "Write at most 63 lower-case letters, digits and hyphens." },
  })
  .nullish()
  .transform((name) => name ?? "");

/** The name by which an Ingress refers to a port: a Service's port has up to 63 characters, a container's 15. */
export const portReference = z.string().refine((name) => isLabel(name) && /[a-z]/.test(name), {
  error: "This is not the name of a port",
  params: { hint: "Write the name of a port of the Service, or its number as port.number." },
});

/** 0 where the port itself is meant: the API takes an absent value, 0 and an empty name alike. */
export const targetPort = z
  .unknown()
  .refine((value) => !value || isPort(value) || (typeof value === "string" && isIanaServiceName(value)), {
    error: "This is neither the number nor the name of a container's port",
    params: { hint: "Write a whole number from 1 to 65535 without quotes, or the name of a container's port." },
  })
  .transform((value) => (value || 0) as number | string);

export const protocol = z
  .enum(["TCP", "UDP", "SCTP"])
  .nullish()
  .transform((name) => name ?? "TCP");
