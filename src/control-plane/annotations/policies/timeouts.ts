import type { RoutePolicies } from "../../../snapshot/route-policies.ts";
import { badValue } from "../../problems/annotation-problems.ts";
import type { ServedAnnotation } from "../annotation.ts";
import type { AnnotationContext } from "../annotation-context.ts";
import { served } from "../served.ts";
import { parseWholeNumber } from "../value-parsers.ts";

const timeout = served("Timeouts and retries", "location");

/** As many as NGINX's timers hold, in milliseconds of 31 bits. */
const MOST_SECONDS = 2147483;

function seconds(name: string, standard: number, doc: string): ServedAnnotation<number> {
  return timeout("high", {
    name,
    parser: parseWholeNumber(1, MOST_SECONDS),
    default: `\`${standard}\``,
    doc,
    onBadValue: `\`${standard}\``,
    badValue: badValue(
      `This is no number of seconds: it is ${standard}.`,
      `Write a whole number without a unit, such as "${standard}"; there is no value for "for ever".`,
    ),
  });
}

/** ingress-nginx's defaults, in seconds. */
const DEFAULTS = { connect: 5, send: 60, read: 60 };

export const PROXY_CONNECT_TIMEOUT = seconds(
  "proxy-connect-timeout",
  DEFAULTS.connect,
  "Seconds until a connection to an endpoint counts as failed.",
);

export const PROXY_SEND_TIMEOUT = seconds(
  "proxy-send-timeout",
  DEFAULTS.send,
  "Seconds that an endpoint may take between two reads of a request.",
);

export const PROXY_READ_TIMEOUT = seconds(
  "proxy-read-timeout",
  DEFAULTS.read,
  "Seconds that an endpoint may be silent while it answers; a WebSocket, too.",
);

export const TIMEOUT_ANNOTATIONS: readonly ServedAnnotation<unknown>[] = [
  PROXY_CONNECT_TIMEOUT,
  PROXY_SEND_TIMEOUT,
  PROXY_READ_TIMEOUT,
];

/** How long NGINX waits for the Endpoints of an Ingress (ingress-nginx: section C). */
export function readTimeouts(context: AnnotationContext): Partial<RoutePolicies> {
  const connect = context.read(PROXY_CONNECT_TIMEOUT) ?? DEFAULTS.connect;
  const send = context.read(PROXY_SEND_TIMEOUT) ?? DEFAULTS.send;
  const read = context.read(PROXY_READ_TIMEOUT) ?? DEFAULTS.read;
  const usual = connect === DEFAULTS.connect && send === DEFAULTS.send && read === DEFAULTS.read;
  return usual ? {} : { timeouts: { connect, send, read } };
}
