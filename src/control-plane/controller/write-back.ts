import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { Logger } from "pino";
import { type EventSubject, ingressSubject, serviceSubject } from "../events/cluster-event.ts";
import { EventSender } from "../events/event-sender.ts";
import { IngressEvents } from "../events/ingress-events.ts";
import { ProblemEvents } from "../events/problem-events.ts";
import type { ApiClient } from "../kubernetes/api-client.ts";
import { Elector } from "../leadership/elector.ts";
import type { LeaderDuty } from "../leadership/leader-duty.ts";
import type { Leadership } from "../leadership/leadership.ts";
import { SoleLeader } from "../leadership/sole-leader.ts";
import type { Ingress, Service } from "../objects/model.ts";
import type { Problem } from "../problems/problem.ts";
import type { AddressSource } from "../status/addresses.ts";
import { fixedAddresses } from "../status/fixed-addresses.ts";
import { nodeAddresses } from "../status/node-addresses.ts";
import { publishedService } from "../status/published-service.ts";
import { Replicas } from "../status/replicas.ts";
import { StatusWriter } from "../status/status-writer.ts";
import { type Clock, systemClock } from "../time/clock.ts";
import type { Observer } from "./observer.ts";

export interface WriteBackOptions {
  readonly client: ApiClient;
  readonly log: Logger;
  /** That of this pod; the Lease is there. */
  readonly namespace: string;
  /** Of this pod; absent outside a cluster. */
  readonly podName?: string;
  /** Of the Lease; absent: this is the only replica. */
  readonly electionId?: string;
  /** `namespace/name` of a Service whose addresses are published. */
  readonly publishService?: string;
  /** IP addresses and host names that are published instead. */
  readonly publishAddresses?: readonly string[];
  /** What else is done while this replica leads. */
  readonly duty?: LeaderDuty;
  readonly clock?: Clock;
}

/** What is known of the objects. */
export interface KnownObjects {
  /** An Ingress that is ours, by `namespace/name`. */
  readonly ours: (name: string) => Ingress | undefined;
  readonly service: (name: string) => Service | undefined;
  readonly isOurs: (ingress: Ingress) => boolean;
}

/** Milliseconds at the end for events that wait, and for the statuses of the last replica. */
const LAST_WORDS = 2_000;
const LAST_STATUSES = 10_000;

/** What this replica writes to the cluster while it leads: statuses of Ingresses, and events. */
export class WriteBack implements Observer {
  readonly #options: WriteBackOptions;
  readonly #objects: KnownObjects;
  readonly #clock: Clock;
  readonly #leadership: Leadership;
  readonly #statuses: StatusWriter;
  readonly #sender: EventSender;
  readonly #ingressEvents: IngressEvents;
  readonly #problemEvents: ProblemEvents;
  #addresses: AddressSource | undefined;
  /** What is told from here on is nobody's to write any more. */
  #ending = false;

  constructor(options: WriteBackOptions, objects: KnownObjects) {
    const { client, log, clock = systemClock, podName = hostname() } = options;
    this.#options = options;
    this.#objects = objects;
    this.#clock = clock;
    this.#leadership = this.#makeLeadership(podName);
    const leading = () => this.#leadership.leading;
    this.#statuses = new StatusWriter({ client, clock, log, mayWrite: leading, isOurs: objects.isOurs });
    this.#sender = new EventSender({ client, clock, log, mayWrite: leading, instance: podName });
    const offer = this.#sender.offer.bind(this.#sender);
    this.#ingressEvents = new IngressEvents({ clock, leading, offer });
    this.#problemEvents = new ProblemEvents({ clock, leading, offer, find: (object) => this.#find(object) });
    this.#leadership.on("elected", () => this.#elected());
    this.#leadership.on("lost", () => this.#lost());
  }

  get leading(): boolean {
    return this.#leadership.leading;
  }

  start(): void {
    this.#leadership.start();
  }

  /** Says and takes back what is to be said and taken back, and hands the leadership over. Never rejects. */
  async stop(): Promise<void> {
    this.#ending = true;
    this.#problemEvents.stop();
    if (this.leading) await Promise.all([this.#sender.stop(LAST_WORDS), this.#removeStatuses()]);
    await this.#addresses?.stop();
    await this.#options.duty?.end();
    await this.#statuses.stop();
    await this.#sender.stop(0);
    await this.#leadership.stop();
  }

  ingresses(names: readonly string[]): void {
    if (this.#ending) return;
    this.#ingressEvents.note(names, this.#objects.ours);
    for (const name of names) {
      const ingress = this.#objects.ours(name);
      if (ingress === undefined) this.#statuses.delete(name);
      else this.#statuses.set(ingress);
    }
  }

  problems(problems: readonly Problem[]): void {
    if (this.#ending) return;
    this.#problemEvents.note(problems);
  }

  live(): void {
    if (this.#ending) return;
    this.#ingressEvents.live();
  }

  #makeLeadership(podName: string): Leadership {
    const { client, log, namespace, electionId } = this.#options;
    if (electionId === undefined) return new SoleLeader();
    // A pod's name may come again, as in a StatefulSet; a process does not.
    const identity = `${podName}_${randomUUID()}`;
    return new Elector({ client, log, identity, clock: this.#clock, lease: { namespace, name: electionId } });
  }

  #elected(): void {
    this.#ingressEvents.takeOver();
    this.#problemEvents.takeOver();
    this.#addresses = this.#openAddresses();
    this.#addresses?.start((addresses) => this.#statuses.publish(addresses));
    this.#options.duty?.begin();
  }

  #lost(): void {
    void this.#addresses?.stop();
    this.#addresses = undefined;
    void this.#options.duty?.end();
    this.#sender.drop();
  }

  #openAddresses(): AddressSource | undefined {
    const { client, log, namespace, podName, publishService, publishAddresses } = this.#options;
    const access = { client, log, clock: this.#clock };
    if (publishAddresses !== undefined) return fixedAddresses(publishAddresses);
    if (publishService !== undefined) return publishedService(publishService, access);
    if (podName !== undefined) return nodeAddresses({ namespace, name: podName }, access);
    log.warn("no status is written: outside a pod, name addresses with --publish-status-address or --publish-service");
    return undefined;
  }

  #find(object: string): EventSubject | undefined {
    const space = object.indexOf(" ");
    const name = object.slice(space + 1);
    const kind = object.slice(0, space);
    const ingress = kind === "Ingress" ? this.#objects.ours(name) : undefined;
    if (ingress !== undefined) return ingressSubject(ingress);
    const service = kind === "Service" ? this.#objects.service(name) : undefined;
    return service === undefined ? undefined : serviceSubject(service);
  }

  async #removeStatuses(): Promise<void> {
    if (!(await this.#isLast())) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#clock.after(LAST_STATUSES, resolve);
    await Promise.race([promise, this.#statuses.removeAll()]);
    cancel();
  }

  /** Whether nobody serves any more once this replica has ended. Without proof of it, statuses stay. */
  async #isLast(): Promise<boolean> {
    const { client, log, namespace, podName, electionId } = this.#options;
    if (podName === undefined) return electionId === undefined;
    try {
      return !(await new Replicas(client, { namespace, name: podName }).othersStay());
    } catch (error) {
      const failure = (error as Error).message;
      log.warn({ failure }, "the other replicas cannot be counted; the statuses stay as they are");
      return false;
    }
  }
}
