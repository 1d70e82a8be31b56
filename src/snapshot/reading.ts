/**
 * Where a request's body is read before its Endpoint is asked: named locations, since NGINX has a body's limit and its
 * buffer from the location alone. The limits are steps that bound what is taken in; the exact one is checked afterwards.
 */
import { MEGABYTE } from "./profiles.ts";

/** `@read-4m-128k`: the name of a named location. */
export type ReadingName = `@read-${string}`;

/** Bytes, ascending, and 0 for no limit. */
export const READING_LIMITS: readonly number[] = [
  MEGABYTE,
  4 * MEGABYTE,
  16 * MEGABYTE,
  64 * MEGABYTE,
  256 * MEGABYTE,
  1024 * MEGABYTE,
  4096 * MEGABYTE,
  16384 * MEGABYTE,
  0,
];

/** Kilobytes of a body that are kept in memory: NGINX's own 16, and more. */
export const READING_BUFFERS: readonly number[] = [16, 128, 1024];

/** @param limit one of READING_LIMITS @param buffer one of READING_BUFFERS */
export function readingName(limit: number, buffer: number): ReadingName {
  return `@read-${limit === 0 ? "any" : `${limit / MEGABYTE}m`}-${buffer}k`;
}
