import type { NginxOptions } from "./options.ts";

export interface AccessLog {
  /** What the Lua runs at the start. */
  readonly start: string;
  /** Directives of the http context. */
  readonly format: string;
  /** The access_log directive. */
  readonly directive: string;
}

const OFF: AccessLog = { start: "", format: "", directive: "access_log off;" };

/** The data plane makes the line (access-line.ts); NGINX writes it as it is, and nothing where there is none. */
export function accessLog(options: NginxOptions): AccessLog {
  if (options.accessLog === "off") return OFF;
  const destination = options.accessLog === "stdout" ? "/dev/stdout" : options.accessLog;
  return {
    start: ` limpet.openAccessLog("${options.accessLogFormat}")`,
    format: `    map "" $limpet_access_line { default ""; }\n    log_format limpet escape=none $limpet_access_line;\n`,
    directive: `access_log "${destination}" limpet if=$limpet_access_line;`,
  };
}
