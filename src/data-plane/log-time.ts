import { civil } from "../affinity/cookie-time.ts";

function two(number: number): string {
  return number < 10 ? `0${number}` : `${number}`;
}

let minute = -1;
let untilMinute = "";

/** Seconds since 1970 → `2026-11-23T19:33:49.123Z`. The date is worked out once a minute. */
export function logTime(seconds: number): string {
  const thisMinute = Math.floor(seconds / 60);
  if (thisMinute !== minute) {
    minute = thisMinute;
    const { year, month, day } = civil(Math.floor(seconds / 86400));
    const ofDay = thisMinute % 1440;
    untilMinute = `${year}-${two(month + 1)}-${two(day)}T${two(Math.floor(ofDay / 60))}:${two(ofDay % 60)}:`;
  }
  const milliseconds = Math.floor((seconds - thisMinute * 60) * 1000 + 0.5);
  const fraction = milliseconds % 1000;
  const padded = fraction < 10 ? `00${fraction}` : fraction < 100 ? `0${fraction}` : `${fraction}`;
  return `${untilMinute}${two(Math.floor(milliseconds / 1000))}.${padded}Z`;
}
