import { createHmac, createSecretKey, type KeyObject } from "node:crypto";
import { SEALED_LENGTH, SLOT_COUNT, type Slots } from "../../snapshot/model.ts";

/** The keys that cookie values are sealed with: while a rotation lasts, two. */
export interface Keys {
  readonly current: Uint8Array;
  readonly former?: Uint8Array;
}

/** The sealed values of one Endpoint, or of a canary. */
export interface Pin {
  readonly current: string;
  /** Under the key before; absent when no rotation is on. */
  readonly former?: string;
}

/** Makes the values that cookies hold. */
export interface Seal {
  /**
   * @param service the Service's UID, or `namespace/name` when it has none
   * @param identity the pod's UID, or what stands for it
   */
  readonly pin: (service: string, identity: string) => Pin;
  readonly slots: Slots;
  /** What tells sessions on a canary from others. @param backend the id of the canary's Backend */
  readonly mark: (backend: string) => Pin;
}

/** The bytes whose base64url has SEALED_LENGTH characters. */
const SEALED_BYTES = (SEALED_LENGTH * 3) / 4;

function sealed(key: KeyObject, message: string): string {
  const digest = createHmac("sha256", key).update(message, "utf8").digest();
  // A part of the whole digest's text would keep the whole alive, once for each Endpoint.
  return digest.toString("base64url", 0, SEALED_BYTES);
}

/** Text without NUL, different for different texts: so the NUL behind it ends it, whatever an object says. */
function withoutNul(text: string): string {
  if (!text.includes("\0") && !text.includes("\\")) return text;
  return text.replaceAll("\\", "\\\\").replaceAll("\0", "\\0");
}

function slotValues(key: KeyObject): string {
  let values = "";
  for (let i = 0; i < SLOT_COUNT; i++) values += sealed(key, `slot\0${i}`);
  return values;
}

/** 96 bits of HMAC-SHA256 in base64url; nobody without the key can compute or read them. */
export function createSeal(keys: Keys): Seal {
  const current = createSecretKey(keys.current);
  const former = keys.former === undefined ? undefined : createSecretKey(keys.former);
  const pinOf = (message: string): Pin => {
    const pin = { current: sealed(current, message) };
    return former === undefined ? pin : { ...pin, former: sealed(former, message) };
  };
  return {
    pin: (service, identity) => pinOf(`pin\0${withoutNul(service)}\0${identity}`),
    mark: (backend) => pinOf(`canary\0${backend}`),
    slots: { values: slotValues(current), formerValues: former === undefined ? "" : slotValues(former) },
  };
}
