import { civil, twoDigits } from "../affinity/cookie-time.ts";

let minute = -1;
let untilMinute = "";

/** Seconds since 1970 → `2026-11-23T19:33:49.123Z`. The date is worked out once a minute. */
export function logTime(seconds: number): string {
  const thisMinute = Math.floor(seconds / 60);
  if (thisMinute !== minute) {
    minute = thisMinute;
    const { year, month, day } = civil(Math.floor(seconds / 86400));
    const ofDay = thisMinute % 1440;
    untilMinute = `${year}-${twoDigits(month + 1)}-${twoDigits(day)}T${twoDigits(Math.floor(ofDay / 60))}:${twoDigits(ofDay % 60)}:`;
  }
  const milliseconds = Math.floor((seconds - thisMinute * 60) * 1000 + 0.5);
  const fraction = milliseconds % 1000;
  const padded = fraction < 10 ? `00${fraction}` : fraction < 100 ? `0${fraction}` : `${fraction}`;
  return `${untilMinute}${twoDigits(Math.floor(milliseconds / 1000))}.${padded}Z`;
}
