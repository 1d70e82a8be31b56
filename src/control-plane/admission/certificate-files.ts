import { createPrivateKey, X509Certificate } from "node:crypto";
import { type FSWatcher, watch } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Logger } from "pino";
import type { CertifiedKey } from "../certificates/self-signed.ts";
import type { CertificateSource } from "./certificate-source.ts";

export interface CertificateFilesOptions {
  /** PEM, with the certificates of its issuers behind it. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
  readonly log: Logger;
}

async function read(path: string, what: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`The webhook's ${what} ${path} cannot be read (${code}): correct the path or its permissions.`);
  }
}

function check({ certificate, key }: CertifiedKey, files: CertificateFilesOptions): void {
  const remedy = "give it a certificate in PEM and the key that belongs to it";
  try {
    if (new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))) return;
  } catch {
    throw new Error(`The webhook's files ${files.certificate} and ${files.key} cannot be used: ${remedy}.`);
  }
  throw new Error(`The webhook's files ${files.certificate} and ${files.key} do not belong together: ${remedy}.`);
}

/** Key and certificate in files, such as a mounted Secret's, read again when something in their folders changes. */
export class CertificateFiles implements CertificateSource {
  readonly #options: CertificateFilesOptions;
  readonly #watchers: FSWatcher[] = [];
  #use: (certificate: CertifiedKey) => void = () => {};
  #served = "";
  /** Readings come one after the other, each to its end. */
  #turn: Promise<void> = Promise.resolve();
  #waiting = false;

  constructor(options: CertificateFilesOptions) {
    this.#options = options;
  }

  async start(use: (certificate: CertifiedKey) => void): Promise<void> {
    this.#use = use;
    // Before the first reading: what is replaced while it lasts is read again. A mounted Secret changes by a link in its folder.
    for (const folder of new Set([this.#options.certificate, this.#options.key].map((file) => dirname(file)))) {
      this.#watch(folder);
    }
    await this.#read();
  }

  async stop(): Promise<void> {
    for (const watcher of this.#watchers) watcher.close();
    await this.#turn;
  }

  #watch(folder: string): void {
    const unwatched = (failure: string) =>
      this.#options.log.warn({ folder, failure }, "the webhook's certificate is not read again when it changes");
    try {
      const watcher = watch(folder, { persistent: false }, () => this.#readAgain());
      watcher.on("error", (error) => unwatched(error.message));
      this.#watchers.push(watcher);
    } catch (error) {
      unwatched((error as Error).message);
    }
  }

  #readAgain(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    this.#turn = this.#turn.then(() => {
      this.#waiting = false;
      return this.#read().catch((error: Error) => {
        // Key and certificate are replaced one after the other: the second brings a pair again.
        this.#options.log.warn({ failure: error.message }, "the webhook goes on with the certificate of before");
      });
    });
  }

  async #read(): Promise<void> {
    const { certificate, key, log } = this.#options;
    const pair = { certificate: await read(certificate, "certificate"), key: await read(key, "key") };
    const both = `${pair.certificate}${pair.key}`;
    if (both === this.#served) return;
    check(pair, this.#options);
    this.#use(pair);
    if (this.#served !== "") log.info({ certificate }, "the webhook has another certificate");
    this.#served = both;
  }
}
