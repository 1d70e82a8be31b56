import { MEGABYTE } from "../../../snapshot/profiles.ts";
import { READING_BUFFERS, READING_LIMITS, readingName } from "../../../snapshot/reading.ts";
import type { BodyPolicy } from "../../../snapshot/route-policies.ts";
import { approximated, badValue, noEffect } from "../../problems/annotation-problems.ts";
import type { ServedAnnotation } from "../annotation.ts";
import type { AnnotationContext } from "../annotation-context.ts";
import { served } from "../served.ts";
import { parseSize, parseSwitch } from "../value-parsers.ts";

const size = served("Sizes and buffers", "location");

export const PROXY_BODY_SIZE = size("high", {
  name: "proxy-body-size",
  parser: parseSize,
  default: "`1m`",
  doc: "The largest request body, to the byte; what is larger gets a 413. `0`: any.",
  onBadValue: "`1m`",
  badValue: badValue("This is no size: it is 1m.", 'Write a number and k, m or g, such as "8m"; "0" is no limit.'),
});

export const CLIENT_BODY_BUFFER_SIZE = size("medium", {
  name: "client-body-buffer-size",
  parser: parseSize,
  default: "`16k`",
  doc: "How much of a request body is kept in memory rather than in a file: `16k`, `128k` or `1m`, the next one that holds it.",
  onBadValue: "`16k`",
  badValue: badValue("This is no size: it is 16k.", 'Write a number and k or m, such as "128k".'),
});

export const PROXY_REQUEST_BUFFERING = size("medium", {
  name: "proxy-request-buffering",
  parser: parseSwitch,
  default: "`on`",
  doc: "Whether a request is read whole before it is sent on. `off`: what was sent once is not sent to another endpoint.",
  onBadValue: "`on`",
  badValue: badValue("This is neither on nor off: it is on.", 'Write "on" or "off".'),
});

export const BODY_ANNOTATIONS: readonly ServedAnnotation<unknown>[] = [
  PROXY_BODY_SIZE,
  CLIENT_BODY_BUFFER_SIZE,
  PROXY_REQUEST_BUFFERING,
];

/** What is asked of request bodies. */
export interface Bodies {
  /** Bytes; 0: any. */
  readonly limit: number;
  /** Kilobytes in memory; one of READING_BUFFERS. */
  readonly buffer: number;
  readonly requestBuffering: boolean;
}

const DEFAULTS: Bodies = { limit: MEGABYTE, buffer: 16, requestBuffering: true };

function readBuffer(context: AnnotationContext): number {
  const wanted = context.read(CLIENT_BODY_BUFFER_SIZE) ?? 0;
  const found = READING_BUFFERS.find((step) => step * 1024 >= wanted);
  if (found !== undefined) return found;
  context.report(
    CLIENT_BODY_BUFFER_SIZE,
    approximated("At most 1m of a body is kept in memory; the rest goes to a file.", 'Write "1m" or less.'),
  );
  return READING_BUFFERS.at(-1) as number;
}

/** What an Ingress takes of requests (ingress-nginx: section G, proxy-body-size and its kind). */
export function readBodies(context: AnnotationContext): Bodies {
  return {
    limit: context.read(PROXY_BODY_SIZE) ?? DEFAULTS.limit,
    buffer: readBuffer(context),
    requestBuffering: context.read(PROXY_REQUEST_BUFFERING) ?? DEFAULTS.requestBuffering,
  };
}

/** The part that code decides: undefined where it is as for every Route. */
export function bodyPolicy({ limit, buffer }: Bodies, streams: boolean): BodyPolicy | undefined {
  if (streams) return { limit };
  const large = buffer > DEFAULTS.buffer;
  if (limit === DEFAULTS.limit && !large) return undefined;
  if (limit === 0 && !large) return { limit };
  const step = limit === 0 ? 0 : (READING_LIMITS.find((it) => it >= limit) ?? 0);
  const reading = readingName(step, buffer);
  return large ? { limit, reading, readsAll: true } : { limit, reading };
}

/** Says of a buffer that nothing is read into. */
export function reportUnusedBuffer(context: AnnotationContext): void {
  context.report(
    CLIENT_BODY_BUFFER_SIZE,
    noEffect("Requests are passed on as they come: nothing is kept of them.", "Take it out."),
  );
}
