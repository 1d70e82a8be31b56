import { join } from "node:path";
import { findNginx } from "../../src/control-plane/nginx/find-nginx.ts";
import type { NginxOptions } from "../../src/control-plane/nginx/options.ts";
import { renderConfig } from "../../src/control-plane/nginx/render-config.ts";
import { DEFAULT_STATIC_SETTINGS } from "../../src/control-plane/nginx/static-settings.ts";
import { ControlClient } from "../../src/control-plane/publish/control-client.ts";
import { type EntryChanges, encodePush } from "../../src/control-plane/publish/push.ts";
import { encode } from "../../src/snapshot/codec.ts";
import { certificateEntry, serverNameEntry } from "../../src/snapshot/entries.ts";
import { freePort } from "../../test/support/free-port.ts";
import { CERTIFICATE, writeCertificate } from "../support/certificate.ts";
import { compileLua } from "../support/compile-lua.ts";
import { startNginx } from "../support/nginx.ts";
import { SnapshotEntries } from "../support/snapshot-entries.ts";
import { COOKIE_NAME, HOST, hostsOf, type RunningSubject, type Subject, type SubjectOptions } from "./subject.ts";

/** The seed example of ingress-nginx's documentation: a cookie for two days. */
const TWO_DAYS = { "session-cookie-max-age": "172800", "session-cookie-expires": "172800" };
const UNTIL_THE_BROWSER_CLOSES = {};

type Annotations = Readonly<Record<string, string>>;

function annotationsOf(affinity: SubjectOptions["affinity"], lifetime: Annotations): Annotations {
  if (affinity === "none") return {};
  return { affinity: "cookie", "affinity-mode": affinity, "session-cookie-name": COOKIE_NAME, ...lifetime };
}

async function nginxOptions({ directory, accessLog, tls }: SubjectOptions, port: number): Promise<NginxOptions> {
  return {
    httpPort: tls ? await freePort() : port,
    httpsPort: tls ? port : 0,
    certificateFile: tls ? await writeCertificate(directory) : "",
    bindAddresses: ["127.0.0.1"],
    workers: 1,
    openFiles: 8192,
    modulePaths: (await findNginx()).modulePaths,
    pidFile: join(directory, "nginx.pid"),
    temporaryDirectory: directory,
    controlSocket: join(directory, "control.sock"),
    luaPath: await compileLua(),
    accessLog: accessLog ? join(directory, "access.log") : "off",
    accessLogFormat: "json",
    shutdownGracePeriodSeconds: 1,
    sharedMemoryMegabytes: 256,
    trustDirectory: "",
    nobodyFile: "",
    settings: { ...DEFAULT_STATIC_SETTINGS, upstreamAuthorities: 0 },
  };
}

/** The certificate by SNI: what NGINX is given at its start is for clients that name no host of ours. */
function certificateEntries({ tls }: SubjectOptions): EntryChanges {
  if (!tls) return new Map();
  const { certificate, key } = CERTIFICATE;
  return new Map([
    [certificateEntry("default/shop"), encode({ chain: certificate, key })],
    [serverNameEntry(HOST), encode({ certificates: ["default/shop"] })],
  ]);
}

/** Pushes a whole Snapshot and then changes of it, as the control plane does. */
class Publisher {
  readonly #client: ControlClient;
  #generation = 0;

  constructor(controlSocket: string) {
    this.#client = new ControlClient(controlSocket);
  }

  async publish(changes: EntryChanges): Promise<void> {
    const base = this.#generation;
    this.#generation += 1;
    const push = { lineage: "0".repeat(32), base, generation: base + 1, full: base === 0, changes };
    const answer = await this.#client.push(Buffer.from([...encodePush(push)].join(""), "latin1"));
    if (!answer.accepted) throw new Error(`Limpet refuses the benchmark's Snapshot: ${answer.detail}`);
  }
}

/** Hosts that come and go while requests are measured. */
function passingHost(number: number): string {
  return `passing-${number % 50}.example.com`;
}

type Edit = (config: string) => string;

async function start(options: SubjectOptions, lifetime: Annotations, edit: Edit = (it) => it): Promise<RunningSubject> {
  const { directory, runner, endpoints, affinity, routes } = options;
  const port = await freePort();
  const nginx = await nginxOptions(options, port);
  const process = await startNginx({ name: "Limpet", directory, config: edit(renderConfig(nginx)), port, runner });
  const annotations = annotationsOf(affinity, lifetime);
  const entries = new SnapshotEntries({ hosts: hostsOf(routes), endpoints, annotations });
  const publisher = new Publisher(nginx.controlSocket);
  await publisher.publish(new Map([...entries.first(), ...certificateEntries(options)]));
  const changeRoute = (number: number) => {
    const host = passingHost(number >> 1);
    return publisher.publish(number % 2 === 0 ? entries.add(host) : entries.remove(host));
  };
  return { port, process, changeRoute };
}

/** The data plane as it is shipped: the rendered nginx.conf, the compiled Lua, a pushed Snapshot. */
export const limpet: Subject = {
  name: "limpet",
  title: "Limpet, a cookie for two days",
  issuesCookies: true,
  start: (options) => start(options, TWO_DAYS),
};

export const limpetSession: Subject = {
  name: "limpet-session",
  title: "Limpet, a cookie until the browser closes",
  issuesCookies: true,
  start: (options) => start(options, UNTIL_THE_BROWSER_CLOSES),
};

/**
 * The same as `limpetSession`, with a change in its nginx.conf.
 * @param edit takes the text of nginx.conf and gives another
 */
export function editedLimpet(edit: (config: string) => string): Subject {
  return { ...limpetSession, start: (options) => start(options, UNTIL_THE_BROWSER_CLOSES, edit) };
}
