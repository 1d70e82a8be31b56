import type { AnnotationContext } from "./annotation-context.ts";
import { annotationField } from "./collect-annotations.ts";
import { AUTH_TLS_SECRET, type ClientReading, readClientCertificates } from "./policies/client-certificates.ts";
import { DEFAULT_BACKEND } from "./policies/errors.ts";
import { type Aliases, readAliases } from "./policies/hosts.ts";
import { readAppRoot, readUseRegex } from "./policies/paths.ts";

/** What annotations say about the hosts and paths of an Ingress, rather than about what its Routes do. */
export interface RoutingReading {
  /** The paths are regular expressions, whatever else there is. */
  readonly useRegex: boolean;
  readonly aliases?: Aliases;
  /** Where requests for the root of the hosts are sent. */
  readonly appRoot?: string;
  /** What clients of the hosts must show. */
  readonly clients?: ClientReading;
  /** Where the annotation that asks for it stands, and what it says. */
  readonly clientsNamed?: { readonly field: string; readonly value: string };
  /** Where the annotation for a default backend stands. */
  readonly defaultBackendField?: string;
}

/** Of an Ingress that has no hosts of its own. */
export const NO_ROUTING: RoutingReading = { useRegex: false };

export function readRouting(context: AnnotationContext): RoutingReading {
  const aliases = readAliases(context);
  const appRoot = readAppRoot(context);
  const clients = readClientCertificates(context);
  const clientsNamed = context.given.get(AUTH_TLS_SECRET.name);
  const defaultBackend = context.given.get(DEFAULT_BACKEND.name);
  return {
    useRegex: readUseRegex(context),
    ...(aliases === undefined ? {} : { aliases }),
    ...(appRoot === undefined ? {} : { appRoot }),
    ...(clients === undefined ? {} : { clients }),
    ...(clientsNamed === undefined
      ? {}
      : { clientsNamed: { field: annotationField(clientsNamed.key), value: clientsNamed.text } }),
    ...(defaultBackend === undefined ? {} : { defaultBackendField: annotationField(defaultBackend.key) }),
  };
}
