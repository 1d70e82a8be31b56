import {
  isGrpc,
  MEGABYTE,
  PLAIN_PROFILE,
  type Profile,
  type ProfileName,
  type Protocol,
  profileName,
} from "../../../snapshot/profiles.ts";
import type { EndpointTlsPolicy, RoutePolicies } from "../../../snapshot/route-policies.ts";
import { VERIFIED_PROFILES } from "../../../snapshot/verified-profiles.ts";
import { approximated } from "../../problems/annotation-problems.ts";
import { liveSetting } from "../../settings/global-settings.ts";
import { RETRY_NON_IDEMPOTENT } from "../../settings/live-settings.ts";
import type { ServedAnnotation } from "../annotation.ts";
import type { AnnotationContext } from "../annotation-context.ts";
import {
  BODY_ANNOTATIONS,
  type Bodies,
  bodyPolicy,
  PROXY_BODY_SIZE,
  readBodies,
  reportUnusedBuffer,
} from "./bodies.ts";
import {
  BUFFER_ANNOTATIONS,
  type Buffers,
  PROXY_BUFFER_SIZE,
  PROXY_MAX_TEMP_FILE_SIZE,
  readBuffers,
} from "./buffers.ts";
import { readEndpointTls } from "./endpoint-tls.ts";
import { ENDPOINT_TLS_ANNOTATIONS } from "./endpoint-tls-annotations.ts";
import { LIMIT_RATE } from "./limits.ts";
import { nearestProfile, reach, type WantedProfile } from "./nearest-profile.ts";
import { PROTOCOL_ANNOTATIONS, readProtocol, type SpokenProtocol } from "./protocols.ts";
import { PROXY_NEXT_UPSTREAM, RETRY_ANNOTATIONS, type Retries, readRetries } from "./retries.ts";
import { readTimeouts, TIMEOUT_ANNOTATIONS } from "./timeouts.ts";
import { withVerification } from "./verified-profile.ts";

/** Everything that is read here: most Ingresses have none of it. */
const CONNECTION_ANNOTATIONS: readonly ServedAnnotation<unknown>[] = [
  ...PROTOCOL_ANNOTATIONS,
  ...TIMEOUT_ANNOTATIONS,
  ...RETRY_ANNOTATIONS,
  ...BODY_ANNOTATIONS,
  ...BUFFER_ANNOTATIONS,
  ...ENDPOINT_TLS_ANNOTATIONS,
];

/** The plain location makes so many attempts at most. */
const PLAIN_ATTEMPTS = 3;

function wantedFor(protocol: Protocol, bodies: Bodies, buffers: Buffers, retries: Retries): WantedProfile {
  if (isGrpc(protocol)) {
    // Messages come and go as they are sent, and what was sent once is not sent again: NGINX knows no other gRPC.
    const streamed = { buffering: "off", requestBuffering: false, retryOn: [] } as const;
    return { protocol, ...streamed, bufferSize: buffers.bufferSize, streamLimit: bodies.limit };
  }
  const { requestBuffering, limit } = bodies;
  return {
    protocol,
    ...buffers,
    requestBuffering,
    retryOn: retries.conditions,
    streamLimit: requestBuffering ? 0 : limit,
  };
}

/** What is not tried again though it is asked for. */
function reportRetries(context: AnnotationContext, retries: Retries, wanted: WantedProfile, profile: Profile): void {
  const left = [...retries.unserved, ...wanted.retryOn.filter((it) => !profile.retryOn.includes(it))];
  if (left.length === 0) return;
  const message = `Not tried again: ${left.join(", ")}.`;
  context.report(
    PROXY_NEXT_UPSTREAM,
    approximated(message, 'Write "error timeout http_502 http_503 http_504", for one.'),
  );
}

/** What else differs from what is wanted, and is noticed; a buffer that is larger than asked for is not. */
function reportDifferences(context: AnnotationContext, wanted: WantedProfile, profile: Profile): void {
  if (wanted.buffering === "memory" && profile.buffering !== "memory") {
    const message = "Up to 1024m of a response may go to a file.";
    context.report(
      PROXY_MAX_TEMP_FILE_SIZE,
      approximated(message, "It can be had with requests that are buffered, and without conditions of retries."),
    );
  }
  if (reach(profile.streamLimit) !== reach(wanted.streamLimit)) {
    const limit = profile.streamLimit === 0 ? "any length" : `at most ${profile.streamLimit / MEGABYTE}m`;
    const message = `A body that does not tell its length may be of ${limit}, as it is passed on while it comes.`;
    context.report(PROXY_BODY_SIZE, approximated(message, 'Write "1m", "16m", "256m", "4g" or "0".'));
  }
  if (profile.bufferSize * 1024 < wanted.bufferSize) {
    context.report(
      PROXY_BUFFER_SIZE,
      approximated(`A buffer is of ${profile.bufferSize}k.`, `Write "${profile.bufferSize}k" or less.`),
    );
  }
}

/** NGINX holds a response up (`limit-rate`) only while it buffers it. */
function bufferedForLimit(context: AnnotationContext, buffers: Buffers): Buffers {
  return context.says(LIMIT_RATE) && buffers.buffering === "off" ? { ...buffers, buffering: "on" } : buffers;
}

/** Whether the plain location does it all. */
function isPlain(profile: Profile, retries: Retries): boolean {
  const attempts = retries.policy?.attempts ?? PLAIN_ATTEMPTS;
  return profileName(profile) === profileName(PLAIN_PROFILE) && attempts > 0 && attempts <= PLAIN_ATTEMPTS;
}

function tlsProtocol(spoken: SpokenProtocol): EndpointTlsPolicy["protocol"] | undefined {
  if (spoken === "grpcs") return "grpcs";
  return spoken === "https" || spoken === "auto" ? "https" : undefined;
}

/** A named location and what it does. */
interface NamedLocation {
  readonly profile: Profile;
  readonly name: ProfileName;
}

function locationOf(profile: Profile): NamedLocation {
  return { profile, name: profileName(profile) };
}

/** The location that verifies Endpoints; undefined: they are not verified. */
function verifiedLocation(endpointTls: EndpointTlsPolicy | undefined): NamedLocation | undefined {
  if (endpointTls?.verified === undefined) return undefined;
  return { profile: VERIFIED_PROFILES[endpointTls.protocol], name: endpointTls.verified };
}

/**
 * How requests reach the Endpoints of an Ingress: what code can decide for each request, and the Profile for the rest
 * (docs/decisions/0021-profiles.md).
 */
export function readConnections(context: AnnotationContext): Partial<RoutePolicies> {
  const isSaid = CONNECTION_ANNOTATIONS.some((annotation) => context.says(annotation));
  if (!isSaid && !liveSetting(context.global, RETRY_NON_IDEMPOTENT)) return {};
  const spoken = readProtocol(context);
  const bodies = readBodies(context);
  const buffers = bufferedForLimit(context, readBuffers(context));
  const retries = readRetries(context);
  const endpointTls = readEndpointTls(context, tlsProtocol(spoken));
  const asked = wantedFor(spoken === "auto" ? "http" : spoken, bodies, buffers, retries);
  const wanted = endpointTls?.verified === undefined ? asked : withVerification(context, asked);
  const tls = verifiedLocation(endpointTls);
  const { profile, name } = spoken === "auto" || tls === undefined ? locationOf(nearestProfile(wanted)) : tls;
  const least = tls?.profile ?? profile;
  reportRetries(context, retries, wanted, least);
  reportDifferences(context, wanted, least);
  const streams = !profile.requestBuffering;
  if (streams) reportUnusedBuffer(context);
  const body = bodyPolicy(bodies, streams);
  return {
    ...readTimeouts(context),
    ...(isPlain(profile, retries) ? {} : { profile: name }),
    ...(spoken === "auto"
      ? { tlsProfile: (tls ?? locationOf(nearestProfile({ ...wanted, protocol: "https" }))).name }
      : {}),
    ...(retries.policy === undefined ? {} : { retries: retries.policy }),
    ...(body === undefined ? {} : { body }),
    ...(endpointTls === undefined ? {} : { endpointTls }),
  };
}
