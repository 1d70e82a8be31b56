import type { ProfileName } from "../../../snapshot/profiles.ts";
import {
  VERIFY_DEPTHS,
  type VerifiedProtocol,
  type VerifyDepth,
  verifiedName,
} from "../../../snapshot/verified-profiles.ts";
import { AUTHORITIES_KEY } from "../../certificates/read-client-authorities.ts";
import type { Secret } from "../../objects/model.ts";
import { approximated, guardBadValue, objectMissing } from "../../problems/annotation-problems.ts";
import { readEndpointAuthorities } from "../../trust/read-endpoint-authorities.ts";
import type { AnnotationContext } from "../annotation-context.ts";
import {
  PROXY_SSL_SECRET,
  PROXY_SSL_SERVER_NAME,
  PROXY_SSL_VERIFY,
  PROXY_SSL_VERIFY_DEPTH,
} from "./endpoint-tls-annotations.ts";

const GREATEST_DEPTH = Math.max(...VERIFY_DEPTHS) as VerifyDepth;

/** Never more than what is asked for. */
function readDepth(context: AnnotationContext): VerifyDepth | undefined {
  const depth = context.read(PROXY_SSL_VERIFY_DEPTH) ?? 1;
  const found = VERIFY_DEPTHS.find((one) => one === depth);
  if (found !== undefined) return found;
  if (depth > GREATEST_DEPTH) {
    const message = `A chain may have ${GREATEST_DEPTH} authorities below the one that is trusted, and no more.`;
    context.report(PROXY_SSL_VERIFY_DEPTH, approximated(message, `Write "${GREATEST_DEPTH}" or less.`));
    return GREATEST_DEPTH;
  }
  context.close(PROXY_SSL_VERIFY_DEPTH, guardBadValue("Chains cannot be limited to this depth", 'Write "1".'));
  return undefined;
}

/** The place of the authorities of a Secret. */
function readPlace(context: AnnotationContext, secret: Secret | undefined): number | undefined {
  if (!context.has(PROXY_SSL_SECRET)) {
    const hint = `Set proxy-ssl-secret to a Secret with a ${AUTHORITIES_KEY}.`;
    context.close(PROXY_SSL_VERIFY, guardBadValue("There are no authorities to verify endpoints by", hint));
  }
  if (secret === undefined) return undefined;
  const bytes = secret.data[AUTHORITIES_KEY];
  const authorities = readEndpointAuthorities(bytes === undefined ? undefined : Buffer.from(bytes).toString("latin1"));
  if (!authorities.ok) {
    const message = `Endpoints cannot be verified by this Secret, ${authorities.why}: the Routes are closed and answer 503.`;
    const hint = `Put the certificates of the authorities into its ${AUTHORITIES_KEY}.`;
    context.close(PROXY_SSL_SECRET, objectMissing(message, hint));
    return undefined;
  }
  const taken = context.trust.take(authorities.value);
  if (taken.ok) return taken.place;
  context.close(PROXY_SSL_VERIFY, guardBadValue(`Endpoints cannot be verified: ${taken.why}`, taken.hint));
  return undefined;
}

/**
 * Where the certificates of an Ingress's Endpoints are verified; undefined: nowhere, and its Routes are closed.
 *
 * @param secret that the Ingress names; undefined: it cannot be used
 */
export function readVerification(
  context: AnnotationContext,
  protocol: VerifiedProtocol,
  secret: Secret | undefined,
): ProfileName | undefined {
  const depth = readDepth(context);
  const place = depth === undefined ? undefined : readPlace(context, secret);
  if (depth === undefined || place === undefined) return undefined;
  if (context.read(PROXY_SSL_SERVER_NAME) === false) {
    const message = "Endpoints are told the name that their certificate is verified for.";
    context.report(PROXY_SSL_SERVER_NAME, approximated(message, 'Write "on".'));
  }
  return verifiedName({ protocol, place, depth });
}
