import { z } from "zod";
import type { Metadata, Secret } from "../model.ts";
import { LOST, type Lost, type Part, WHOLE_OBJECT } from "../part.ts";
import { isDataKey } from "./names.ts";
import { emptyMap, readMap } from "./text-map.ts";

const LOSS = "this entry is left out";
const RULES = { isKey: isDataKey, keyHint: "Write letters, digits, -, _ and . only.", loss: LOSS };
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The bytes that a text of base64 stands for (RFC 4648 section 4); line breaks in it mean nothing. */
const base64 = z
  .string()
  .transform((text) => text.replace(/[\r\n]/g, ""))
  .refine((text) => BASE64.test(text), {
    error: "This is not base64",
    params: { hint: "Write the bytes in base64, or the plain text under stringData." },
  })
  .nullish()
  .transform((text) => Uint8Array.from(Buffer.from(text ?? "", "base64")));

const secretType = z.string().nullish();
const plain = z.string().transform((text) => Uint8Array.from(Buffer.from(text, "utf8")));

/** A Secret with the entries that can be used; stringData wins over data, as in the API. */
export function readSecret(part: Part, metadata: Metadata): Secret | Lost {
  const type = part.at("type").read(secretType, WHOLE_OBJECT);
  if (type === LOST) return LOST;
  const data = readMap(part.at("data"), RULES, (entry) => entry.read(base64, LOSS));
  const texts = readMap(part.at("stringData"), RULES, (entry) => entry.read(plain, LOSS));
  return { kind: "Secret", metadata, type: type || "Opaque", data: Object.assign(emptyMap<Uint8Array>(), data, texts) };
}
