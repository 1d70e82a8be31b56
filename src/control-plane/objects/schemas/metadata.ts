import { z } from "zod";
import type { Metadata } from "../model.ts";
import { LOST, type Loss, type Lost, type Part, WHOLE_OBJECT } from "../part.ts";
import { isMetadataKey, label } from "./names.ts";
import { readMap } from "./text-map.ts";

const KEY_HINT = "Write a name of letters, digits, -, _ and ., with a DNS name and a slash before it if you like.";
/** kubectl's own copy of the whole object: as large as the rest of it, and nobody here reads it. */
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

const text = z.string();
const uid = z.string().max(253).nullish();
const generation = z.number().int().nonnegative().nullish();
const timestamp = z.iso.datetime({ offset: true }).nullish();

/** @param namespaced whether objects of this kind have a namespace; the rest of the name's rules is in `name` */
export interface MetadataRules {
  readonly namespaced: boolean;
  readonly name: z.ZodType<string>;
}

function readNamespace(part: Part, rules: MetadataRules): string | Lost {
  if (!rules.namespaced) return "";
  if (part.absent || part.value === "") return "default";
  return part.read(label, WHOLE_OBJECT);
}

/** Milliseconds since 1970. */
function readCreation(part: Part): number {
  const text = part.absent ? undefined : timestamp.safeParse(part.value).data;
  const time = typeof text === "string" ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  if (!part.absent) {
    const hint = "Write a time such as 2026-01-31T12:00:00Z, or leave the field out.";
    part.warn({ wrong: "This is not a time as RFC 3339 writes it", hint }, "the object counts as the oldest");
  }
  return 0;
}

/** A number or a truth value is taken for the text that somebody forgot to quote: dropping it might drop a guard. */
function readText(entry: Part, loss: Loss): string | Lost {
  const { value } = entry;
  if (entry.absent) return "";
  if (typeof value === "number" || typeof value === "boolean") {
    const wrong = `This is a ${typeof value === "number" ? "number" : "truth value"} where text belongs, which a cluster refuses`;
    entry.warn({ wrong, hint: "Put the value in quotes." }, "it is taken as the text that it looks like");
    return String(value);
  }
  return entry.read(text, loss);
}

function readLabels(part: Part): Metadata["labels"] {
  const loss = "this label is left out";
  return readMap(part, { isKey: isMetadataKey, keyHint: KEY_HINT, loss }, (entry) => readText(entry, loss));
}

/** Lost, and the object with them, when one cannot be read: nobody knows what it would have forbidden. */
function readAnnotations(part: Part): Metadata["annotations"] | Lost {
  if (!part.mapping(WHOLE_OBJECT)) return LOST;
  let lost = false;
  const rules = { isKey: isMetadataKey, keyHint: KEY_HINT, loss: "this annotation is left out", except: LAST_APPLIED };
  const annotations = readMap(part, rules, (entry) => {
    const text = readText(entry, WHOLE_OBJECT);
    if (text === LOST) lost = true;
    return text;
  });
  return lost ? LOST : annotations;
}

/** An object's metadata; lost, with its Problems, when the object cannot be told apart from others by it. */
export function readMetadata(part: Part, rules: MetadataRules): Metadata | Lost {
  if (!part.mapping(WHOLE_OBJECT)) return LOST;
  const name = part.at("name").read(rules.name, WHOLE_OBJECT);
  const namespace = readNamespace(part.at("namespace"), rules);
  if (name === LOST || namespace === LOST) return LOST;
  const annotations = readAnnotations(part.at("annotations"));
  if (annotations === LOST) return LOST;
  const identity = part.at("uid").read(uid, "the object counts as one without a UID");
  const version = part.at("generation").read(generation, "it counts as 0");
  return {
    namespace,
    name,
    uid: identity === LOST ? "" : (identity ?? ""),
    createdAt: readCreation(part.at("creationTimestamp")),
    generation: version === LOST ? 0 : (version ?? 0),
    labels: readLabels(part.at("labels")),
    annotations,
  };
}
