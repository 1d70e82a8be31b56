import { z } from "zod";
import type { IngressPath, IngressRule } from "../model.ts";
import { LOST, type Lost, type Part } from "../part.ts";
import { readBackend } from "./backend.ts";
import { ingressHost } from "./names.ts";

const RULE_LOSS = "this rule is not served";
const PATH_LOSS = "this path is not served";
const PATH_TYPES = ["Exact", "Prefix", "ImplementationSpecific"] as const;

const ingressPath = z
  .string()
  .refine((path) => path === "" || path.startsWith("/"), {
    error: "This path does not begin with a slash",
    params: { hint: "Write the path from the root of the host, such as /shop." },
  })
  .nullish()
  .transform((path) => path ?? "");

/** What no path of a request has once it is decoded and its dots are resolved; the API refuses it as well. */
const NEVER_MATCHES = /\/\/|\/\.\.?(?:\/|$)|%2f/i;

function readPathType(part: Part): IngressPath["pathType"] {
  const known = PATH_TYPES.find((type) => type === part.value);
  if (known === undefined && !part.absent && part.value !== "") {
    const fault = { wrong: "This path type is not known", hint: `Write one of ${PATH_TYPES.join(", ")}.` };
    part.warn(fault, "the path counts as ImplementationSpecific");
  }
  return known ?? "ImplementationSpecific";
}

function readPath(part: Part): IngressPath | Lost {
  if (part.absent || !part.mapping(PATH_LOSS)) {
    return part.absent
      ? part.lose({ wrong: "This path is empty", hint: "Write path, pathType and backend." }, PATH_LOSS)
      : LOST;
  }
  const path = part.at("path").read(ingressPath, PATH_LOSS);
  const pathType = readPathType(part.at("pathType"));
  const backend = readBackend(part.at("backend"), PATH_LOSS);
  if (path === LOST || backend === LOST) return LOST;
  if (pathType !== "ImplementationSpecific" && NEVER_MATCHES.test(path)) {
    const hint = "Write the path without //, /./, /../ and %2F.";
    return part.at("path").lose({ wrong: "No request has such a path", hint }, PATH_LOSS);
  }
  return { path, pathType, backend };
}

function readPaths(http: Part): readonly IngressPath[] | Lost {
  const items = http.mapping(RULE_LOSS) ? http.at("paths").items(RULE_LOSS) : LOST;
  return items === LOST ? LOST : keepPlaces(items.map(readPath));
}

/** What is left of a list; each item knows its place once one before it is lost, for the Problems that follow. */
export function keepPlaces<T extends { readonly position?: number }>(items: readonly (T | Lost)[]): readonly T[] {
  const firstLost = items.indexOf(LOST);
  const known = (position: number) => firstLost < 0 || position < firstLost;
  return items.flatMap((item, position) => (item === LOST ? [] : [known(position) ? item : { ...item, position }]));
}

/** A rule with the paths that can be used; lost when its host is not one, so that it never serves another. */
export function readRule(part: Part): IngressRule | Lost {
  if (part.absent)
    return part.lose({ wrong: "This rule is empty", hint: "Write host and http, or leave it out." }, RULE_LOSS);
  if (!part.mapping(RULE_LOSS)) return LOST;
  const host = part.at("host").absent ? "" : part.at("host").read(ingressHost, RULE_LOSS);
  const http = part.at("http");
  const paths = http.absent ? undefined : readPaths(http);
  if (host === LOST || paths === LOST) return LOST;
  return paths === undefined ? { host } : { host, paths };
}
