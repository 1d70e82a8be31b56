import type { Buffering } from "../../../snapshot/profiles.ts";
import { approximated, badValue } from "../../problems/annotation-problems.ts";
import type { ServedAnnotation } from "../annotation.ts";
import type { AnnotationContext } from "../annotation-context.ts";
import { served } from "../served.ts";
import { parseSize, parseSwitch, parseWholeNumber } from "../value-parsers.ts";

const buffer = served("Sizes and buffers", "location");

const SIZE_HINT = 'Write a number and k or m, such as "16k".';

export const PROXY_BUFFERING = buffer("medium", {
  name: "proxy-buffering",
  parser: parseSwitch,
  default: "`off`",
  doc: "Whether responses are taken in before the client takes them: the endpoint is free sooner.",
  onBadValue: "`off`",
  badValue: badValue("This is neither on nor off: it is off.", 'Write "on" or "off".'),
});

export const PROXY_BUFFER_SIZE = buffer("high", {
  name: "proxy-buffer-size",
  parser: parseSize,
  default: "`4k`",
  doc: "What the headers of a response may take, and the size of each buffer: `4k`, `32k` or `256k`, the next one that holds it.",
  onBadValue: "`4k`",
  badValue: badValue("This is no size: it is 4k.", SIZE_HINT),
});

/** Buffers of a response that each location has. */
const BUFFERS = 8;

export const PROXY_BUFFERS_NUMBER = buffer("medium", {
  name: "proxy-buffers-number",
  parser: parseWholeNumber(1, 1000000),
  default: "`8`",
  doc: `Buffers for a response: ${BUFFERS}, whatever is written.`,
  onBadValue: "`8`",
  badValue: badValue("This is no number of buffers: it is 8.", 'Write a whole number, such as "8".'),
});

export const PROXY_BUSY_BUFFERS_SIZE = buffer("low", {
  name: "proxy-busy-buffers-size",
  parser: parseSize,
  default: "two buffers",
  doc: "Buffers that may be on their way to the client: two, whatever is written.",
  onBadValue: "two buffers",
  badValue: badValue("This is no size: it is that of two buffers.", SIZE_HINT),
});

export const PROXY_MAX_TEMP_FILE_SIZE = buffer("low", {
  name: "proxy-max-temp-file-size",
  parser: parseSize,
  default: "`1024m`",
  doc: "How much of a response may go to a file: `0` for nothing, or `1024m`.",
  onBadValue: "`1024m`",
  badValue: badValue("This is no size: it is 1024m.", 'Write "0" or "1024m".'),
});

export const BUFFER_ANNOTATIONS: readonly ServedAnnotation<unknown>[] = [
  PROXY_BUFFERING,
  PROXY_BUFFER_SIZE,
  PROXY_BUFFERS_NUMBER,
  PROXY_BUSY_BUFFERS_SIZE,
  PROXY_MAX_TEMP_FILE_SIZE,
];

const GIGABYTE = 1024 ** 3;

/** What is asked of responses on their way. */
export interface Buffers {
  readonly buffering: Buffering;
  /** Bytes. */
  readonly bufferSize: number;
}

const HINT = "Take it out, or leave it: nothing else can be had.";

function bufferingOf(context: AnnotationContext): Buffering {
  const file = context.read(PROXY_MAX_TEMP_FILE_SIZE) ?? GIGABYTE;
  const number = context.read(PROXY_BUFFERS_NUMBER) ?? BUFFERS;
  context.read(PROXY_BUSY_BUFFERS_SIZE);
  if (context.read(PROXY_BUFFERING) !== true) return "off";
  if (number > BUFFERS)
    context.report(PROXY_BUFFERS_NUMBER, approximated(`A response has ${BUFFERS} buffers, and a file.`, HINT));
  context.report(PROXY_BUSY_BUFFERS_SIZE, approximated("Two buffers may be on their way to the client.", HINT));
  if (file !== 0 && file !== GIGABYTE) {
    context.report(PROXY_MAX_TEMP_FILE_SIZE, approximated("Up to 1024m of a response may go to a file.", HINT));
  }
  return file === 0 ? "memory" : "on";
}

/** How the responses of an Ingress are passed on (ingress-nginx: section G, proxy-buffering and its kind). */
export function readBuffers(context: AnnotationContext): Buffers {
  return { buffering: bufferingOf(context), bufferSize: context.read(PROXY_BUFFER_SIZE) ?? 0 };
}
