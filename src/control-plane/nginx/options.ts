import type { StaticSettings } from "./static-settings.ts";

/** Everything that nginx.conf depends on: the controller's own flags and the machine, nothing of the cluster. */
export interface NginxOptions {
  /** 1 to 65535. */
  readonly httpPort: number;
  /** 0 switches HTTPS off. */
  readonly httpsPort: number;
  /** Key and certificate, PEM, that stand in until the Snapshot has others; read where there is an HTTPS port. */
  readonly certificateFile: string;
  /** What to listen on, as NGINX writes addresses: `0.0.0.0`, `[::]`, `127.0.0.1`. Never empty. */
  readonly bindAddresses: readonly string[];
  readonly workers: number | "auto";
  /** Open files that a worker may have, from the process's own hard limit. */
  readonly openFiles: number;
  /** Absolute paths of the modules to load, in order; none where they are built in. */
  readonly modulePaths: readonly string[];
  /** The account of the workers; only root can choose one. */
  readonly user?: string;
  readonly pidFile: string;
  /** NGINX's place for bodies that do not fit in memory; relative to the folder it is started in. */
  readonly temporaryDirectory: string;
  readonly controlSocket: string;
  /** The folder of the places of authorities; relative to the folder that NGINX is started in. */
  readonly trustDirectory: string;
  /** The certificate of an authority that nobody is. */
  readonly nobodyFile: string;
  /** The folder of the compiled data plane. */
  readonly luaPath: string;
  /** Its `dataPlaneFingerprint`: another data plane has another nginx.conf. Absent: it checks every push. */
  readonly fingerprint?: string;
  /** `stdout`, `off`, or an absolute path. */
  readonly accessLog: string;
  readonly accessLogFormat: "json" | "text";
  readonly shutdownGracePeriodSeconds: number;
  /** For each of the two halves that hold a Snapshot. */
  readonly sharedMemoryMegabytes: number;
  readonly settings: StaticSettings;
}
