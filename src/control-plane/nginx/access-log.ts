import type { NginxOptions } from "./options.ts";

export interface AccessLog {
  /** log_format directives. */
  readonly formats: string;
  /** access_log directives of a server's locations. */
  readonly directives: string;
  /** Whether the phases must write their verdict into variables. */
  readonly verdicts: boolean;
}

function destination(log: string): string {
  return log === "stdout" ? "/dev/stdout" : log;
}

/**
 * The access log of NGINX's own making, one JSON object a request. Requests of one attempt are nearly all of them, and
 * their line is a plain format; the list of several attempts is text that the log phase writes.
 */
export function accessLog(options: NginxOptions): AccessLog {
  if (options.accessLog === "off") return { formats: "", directives: "            access_log off;", verdicts: false };
  throw new Error("not yet");
}
