import type { TlsPolicy } from "../../snapshot/certificate.ts";
import { parseBoolean } from "../annotations/value-parsers.ts";
import { type GlobalSettings, liveSetting } from "./global-settings.ts";
import { type LiveSetting, live } from "./setting.ts";

const HINT = 'Write "true" or "false".';

export const SSL_REJECT_HANDSHAKE = live(
  "ssl-reject-handshake",
  parseBoolean,
  false,
  "Whether TLS clients that name no declared host are sent away before they are shown a certificate.",
  HINT,
  "the alert is `internal_error`.",
);

export const SSL_SESSION_TICKETS = live(
  "ssl-session-tickets",
  parseBoolean,
  true,
  "Whether clients get tickets to resume TLS sessions by; Limpet replaces their keys every six hours.",
  HINT,
  "tickets are on by default, as their keys are replaced.",
);

export const TLS_SETTINGS: readonly LiveSetting<unknown>[] = [SSL_REJECT_HANDSHAKE, SSL_SESSION_TICKETS];

/** What differs from the usual handshake; undefined: nothing. */
export function tlsPolicyOf(global: GlobalSettings): TlsPolicy | undefined {
  const rejectsUnknown = liveSetting(global, SSL_REJECT_HANDSHAKE);
  const withoutTickets = !liveSetting(global, SSL_SESSION_TICKETS);
  if (!rejectsUnknown && !withoutTickets) return undefined;
  return { ...(rejectsUnknown && { rejectsUnknown }), ...(withoutTickets && { withoutTickets }) };
}
