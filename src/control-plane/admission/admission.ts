import type { Logger } from "pino";
import type { Observer } from "../controller/observer.ts";
import type { Ingress } from "../objects/model.ts";
import type { GlobalSettings } from "../settings/global-settings.ts";
import { AdmissionServer } from "./admission-server.ts";
import type { CertificateSource } from "./certificate-source.ts";
import { type Judgement, judge } from "./judge.ts";
import { PathIndex } from "./path-index.ts";
import type { RefusalRules } from "./refusals.ts";

export interface AdmissionOptions extends Omit<RefusalRules, "global"> {
  /** Where the API server asks; every address when absent. */
  readonly address?: string;
  readonly port: number;
  readonly certificate: CertificateSource;
  /** Whose objects are served; all of them when absent. */
  readonly watchNamespace?: string;
  readonly log: Logger;
}

/** What is known of the Ingresses. */
export interface KnownIngresses {
  /** One that is ours, by `namespace/name`. */
  readonly ours: (name: string) => Ingress | undefined;
  readonly isOurs: (ingress: Ingress) => boolean;
  /** What holds for all of them, as it is now. */
  readonly global: () => GlobalSettings;
}

/** The validating admission webhook: judges Ingresses before they are written, by those that are there. */
export class Admission implements Observer {
  readonly #options: AdmissionOptions;
  readonly #known: KnownIngresses;
  readonly #paths: PathIndex;
  readonly #server: AdmissionServer;
  /** Nothing is judged before all that is there is known. */
  #isTold = false;

  constructor(options: AdmissionOptions, known: KnownIngresses) {
    this.#options = options;
    this.#known = known;
    this.#paths = new PathIndex(options.annotationPrefixes);
    this.#server = new AdmissionServer({ judge: (ingress) => this.#judge(ingress), log: options.log });
  }

  /** Gives the port. @throws Error with one sentence for the operator */
  async start(): Promise<number> {
    const { certificate, address, port } = this.#options;
    await certificate.start((pair) => this.#server.use(pair));
    return this.#server.listen(address, port);
  }

  async stop(): Promise<void> {
    await this.#server.close();
    await this.#options.certificate.stop();
  }

  ingresses(names: readonly string[]): void {
    for (const name of names) this.#paths.note(name, this.#known.ours(name));
    this.#isTold = true;
  }

  problems(): void {}

  live(): void {}

  #judge(ingress: object): Judgement | undefined {
    if (!this.#isTold) return undefined;
    const { isOurs, global } = this.#known;
    return judge(ingress, { ...this.#options, paths: this.#paths, isOurs, global: global() });
  }
}
