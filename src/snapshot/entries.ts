/**
 * The Snapshot as named entries, each small and independent: what is pushed, stored and decoded one by one.
 *
 *     settings            Settings
 *     slots               Slots
 *     host/example.com    Host
 *     backend/shop/web:80 Backend
 *     ring/shop/web:80    the Backend's hash ring (ring.ts)
 *     sni/example.com     ServerName; `sni/_`: what clients are shown that name no other
 *     certificate/shop/tls Certificate, by the Secret's name
 *     authorities/6b86…   ClientAuthorities, by their digest
 */
import type { Certificate, ClientAuthorities, ServerName } from "./certificate.ts";
import { type Decoded, decode, type Plain } from "./codec.ts";
import type { Backend, Host, Settings, Slots } from "./model.ts";
import { SEALED_LENGTH, SLOT_COUNT } from "./model.ts";

export const SETTINGS_ENTRY = "settings";
export const SLOTS_ENTRY = "slots";

export function hostEntry(host: string): string {
  return `host/${host}`;
}

export function backendEntry(id: string): string {
  return `backend/${id}`;
}

export function ringEntry(id: string): string {
  return `ring/${id}`;
}

/** @param host as in `hostEntry` */
export function serverNameEntry(host: string): string {
  return `sni/${host}`;
}

/** @param id `namespace/name` of the Secret */
export function certificateEntry(id: string): string {
  return `certificate/${id}`;
}

/** @param digest of what the entry holds: another content is another entry */
export function authoritiesEntry(digest: string): string {
  return `authorities/${digest}`;
}

function isRecord(value: Plain | undefined): value is Record<string, Plain> {
  return typeof value === "object";
}

/** Decodes and checks for the fields that readers rely on; their types follow from who wrote them. */
function decodeRecord<T>(
  encoded: string,
  isWhole: (record: Record<string, Plain>) => boolean,
  what: string,
): Decoded<T> {
  const decoded = decode(encoded);
  if (!decoded.ok) return { ok: false, error: `${what}: ${decoded.error}` };
  if (!isRecord(decoded.value) || !isWhole(decoded.value)) return { ok: false, error: `${what}: a field is missing` };
  return { ok: true, value: decoded.value as unknown as T };
}

export function decodeHost(encoded: string): Decoded<Host> {
  return decodeRecord<Host>(encoded, (it) => typeof it["host"] === "string" && isRecord(it["routes"]), "host");
}

export function decodeBackend(encoded: string): Decoded<Backend> {
  return decodeRecord<Backend>(
    encoded,
    (it) =>
      typeof it["id"] === "string" &&
      isRecord(it["endpoints"]) &&
      isRecord(it["pins"]) &&
      isRecord(it["formerPins"]) &&
      isRecord(it["classicPins"]) &&
      isRecord(it["departed"]) &&
      (it["newest"] === undefined || isRecord(it["newest"])),
    "backend",
  );
}

export function decodeSettings(encoded: string): Decoded<Settings> {
  return decodeRecord<Settings>(encoded, (it) => typeof it["classicCookies"] === "string", "settings");
}

export function decodeSlots(encoded: string): Decoded<Slots> {
  const whole = SLOT_COUNT * SEALED_LENGTH;
  return decodeRecord<Slots>(
    encoded,
    (it) => {
      const values = it["values"];
      const former = it["formerValues"];
      if (typeof values !== "string" || typeof former !== "string") return false;
      return values.length === whole && (former.length === 0 || former.length === whole);
    },
    "slots",
  );
}

export function decodeServerName(encoded: string): Decoded<ServerName> {
  return decodeRecord<ServerName>(
    encoded,
    ({ certificates }) => certificates === undefined || isRecord(certificates),
    "server name",
  );
}

export function decodeCertificate(encoded: string): Decoded<Certificate> {
  return decodeRecord<Certificate>(
    encoded,
    (it) => typeof it["chain"] === "string" && typeof it["key"] === "string",
    "certificate",
  );
}

export function decodeAuthorities(encoded: string): Decoded<ClientAuthorities> {
  return decodeRecord<ClientAuthorities>(
    encoded,
    (it) => typeof it["certificates"] === "string" && (it["revocations"] === undefined || isRecord(it["revocations"])),
    "authorities",
  );
}
