import { SEALED_LENGTH } from "../snapshot/model.ts";

/** A sealed cookie value in its parts: `<16 characters>[<16 characters>][.<10 digits>]`. */
export interface SealedValue {
  /** Names an Endpoint: a pin or a slot. */
  readonly sealed: string;
  /** What a Route with a canary adds: see docs/decisions/0018-canary-sessions.md. Empty elsewhere. */
  readonly second: string;
  /** With its point; empty when the cookie has no lifetime. */
  readonly stamp: string;
}

const STAMP_LENGTH = 11;
const POINT = 46;

function isBase64Url(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const letter = (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
    if (!letter && !(code >= 48 && code <= 57) && code !== 45 && code !== 95) return false;
  }
  return true;
}

/** Takes a value apart; undefined when Limpet never issued one of this shape. */
export function parseSealed(value: string): SealedValue | undefined {
  const stamped = value.length - STAMP_LENGTH;
  const stampAt = stamped > 0 && value.charCodeAt(stamped) === POINT ? stamped : value.length;
  if (stampAt !== SEALED_LENGTH && stampAt !== 2 * SEALED_LENGTH) return undefined;
  if (!isBase64Url(value.substring(0, stampAt))) return undefined;
  return {
    sealed: value.substring(0, SEALED_LENGTH),
    second: value.substring(SEALED_LENGTH, stampAt),
    stamp: value.substring(stampAt),
  };
}
