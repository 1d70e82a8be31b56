import { createHash } from "node:crypto";
import type { Ingress, Service } from "../objects/model.ts";

/** The object that an event is about; `kubectl describe` finds the event by all of it but the version. */
export interface EventSubject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Empty when it is not known. */
  readonly resourceVersion: string;
}

/** Something that people are told with `kubectl describe`. */
export interface ClusterEvent {
  readonly type: "Normal" | "Warning";
  /** One word in upper camel case, or in capitals. */
  readonly reason: string;
  readonly message: string;
  readonly subject: EventSubject;
  /** Milliseconds since 1970. */
  readonly date: number;
  /** What to do where the same event has been there since before this process: count it up, or let it be. */
  readonly ifThere: "count" | "leave";
}

/** Longer messages are cut by some who read them. */
const LONGEST_MESSAGE = 1024;
const LONGEST_NAME = 253;

export function ingressSubject({ metadata, observed }: Ingress): EventSubject {
  const { namespace, name, uid } = metadata;
  const resourceVersion = observed?.resourceVersion ?? "";
  return { apiVersion: "networking.k8s.io/v1", kind: "Ingress", namespace, name, uid, resourceVersion };
}

export function serviceSubject({ metadata: { namespace, name, uid } }: Service): EventSubject {
  return { apiVersion: "v1", kind: "Service", namespace, name, uid, resourceVersion: "" };
}

/**
 * The name that an event has in the cluster: the same for the same event of the same object, whichever replica sends it
 * and after whatever restart. So the API server itself keeps it from being there twice.
 */
export function eventName({ type, reason, message, subject }: ClusterEvent): string {
  const same = [subject.kind, subject.namespace, subject.name, subject.uid, type, reason, message];
  const hash = createHash("sha256").update(JSON.stringify(same)).digest("hex").slice(0, 16);
  const name = subject.name.slice(0, LONGEST_NAME - hash.length - 1).replace(/[-.]+$/, "");
  return `${name}.${hash}`;
}

/** The longest part of a text that an event's message can hold. */
export function fitMessage(text: string): string {
  return text.length <= LONGEST_MESSAGE ? text : `${text.slice(0, LONGEST_MESSAGE - 1)}…`;
}

/** A date as an event has it: RFC 3339, whole seconds. */
export function eventTime(date: number): string {
  return new Date(date).toISOString().replace(/\.\d+Z$/, "Z");
}
