import { z } from "zod";
import type { ConfigMap, Metadata } from "../model.ts";
import type { Part } from "../part.ts";
import { isDataKey } from "./names.ts";
import { readMap } from "./text-map.ts";

const text = z.string();
const LOSS = "this entry is left out";
const RULES = { isKey: isDataKey, keyHint: "Write letters, digits, -, _ and . only.", loss: LOSS };

/** A ConfigMap with the entries that are text; binaryData is not read. */
export function readConfigMap(part: Part, metadata: Metadata): ConfigMap {
  const data = readMap(part.at("data"), RULES, (entry) => entry.read(text, LOSS));
  return { kind: "ConfigMap", metadata, data };
}
