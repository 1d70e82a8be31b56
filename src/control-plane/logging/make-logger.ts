import { createRequire } from "node:module";
import pino, { type DestinationStream, type Logger } from "pino";

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const LOG_FORMATS = ["json", "text"] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

export interface LogOptions {
  readonly level: LogLevel;
  /** `json`: one object a line with `time` in RFC 3339; `text`: a line for people. */
  readonly format: LogFormat;
}

/** For people, in this process and at once: a last word before the exit must not be lost. Loaded when it is needed: a start in a cluster does without. */
function forPeople(): DestinationStream {
  const { PinoPretty } = createRequire(import.meta.url)("pino-pretty") as typeof import("pino-pretty");
  return PinoPretty({ destination: 2, sync: true, colorize: process.stderr.isTTY, translateTime: "HH:MM:ss.l" });
}

/** The controller's own log, on standard error: standard output belongs to the access log and to what commands print. */
export function makeLogger(options: LogOptions): Logger {
  const plain = { level: options.level, base: null };
  if (options.format === "text") return pino(plain, forPeople());
  const formatters = { level: (label: string) => ({ level: label }) };
  return pino(
    { ...plain, formatters, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  );
}
