import type { Decoded } from "../snapshot/codec.ts";
import {
  decodeAuthorities,
  decodeBackend,
  decodeCertificate,
  decodeHost,
  decodeServerName,
  decodeSettings,
  decodeSlots,
  SETTINGS_ENTRY,
  SLOTS_ENTRY,
} from "../snapshot/entries.ts";
import { isWholeRing } from "./ring-bytes.ts";

function errorOf<T>(decoded: Decoded<T>): string | undefined {
  return decoded.ok ? undefined : decoded.error;
}

/** What is wrong with the bytes of an entry; undefined when a request may rely on them. */
export function checkEntry(name: string, bytes: string): string | undefined {
  if (name === SETTINGS_ENTRY) return errorOf(decodeSettings(bytes));
  if (name === SLOTS_ENTRY) return errorOf(decodeSlots(bytes));
  const kind = name.substring(0, name.indexOf("/") + 1);
  if (kind === "host/") return errorOf(decodeHost(bytes));
  if (kind === "backend/") return errorOf(decodeBackend(bytes));
  if (kind === "ring/") return isWholeRing(bytes) ? undefined : "ring: not whole";
  if (kind === "sni/") return errorOf(decodeServerName(bytes));
  if (kind === "certificate/") return errorOf(decodeCertificate(bytes));
  if (kind === "authorities/") return errorOf(decodeAuthorities(bytes));
  return "an entry of no known kind";
}
