import { PLAIN_PROFILE, type Profile, type ProfileName } from "./profiles.ts";

/**
 * Named locations that verify the certificates of Endpoints. Authorities, and how far they may delegate, are a location's in
 * NGINX; so there is one for each numbered place that authorities can be put in, each depth and each protocol, and no
 * other axis (docs/decisions/0026-verified-endpoints.md).
 */
export type VerifiedProtocol = "https" | "grpcs";

/** How many authorities may stand between an Endpoint's certificate and one that is trusted. */
export const VERIFY_DEPTHS = [1, 2, 3] as const;

export type VerifyDepth = (typeof VERIFY_DEPTHS)[number];

export interface Verification {
  readonly protocol: VerifiedProtocol;
  /** The number of the place of the authorities, from 1. */
  readonly place: number;
  readonly depth: VerifyDepth;
}

const VERIFIED_BUFFERS = { bufferSize: 32 } as const;

/** What these locations do besides. */
export const VERIFIED_PROFILES: Readonly<Record<VerifiedProtocol, Profile>> = {
  https: { ...PLAIN_PROFILE, protocol: "https", ...VERIFIED_BUFFERS },
  grpcs: { ...PLAIN_PROFILE, protocol: "grpcs", ...VERIFIED_BUFFERS, requestBuffering: false },
};

/** `@https-verified-3-depth-1`. */
export function verifiedName({ protocol, place, depth }: Verification): ProfileName {
  return `@${protocol}-verified-${place}-depth-${depth}`;
}
