import type {
  EndpointSlice,
  Ingress,
  KubernetesObject,
  Metadata,
  Service,
} from "../../src/control-plane/objects/model.ts";
import type { EntryChanges } from "../../src/control-plane/publish/push.ts";
import { TRANSLATE_DEFAULTS } from "../../src/control-plane/translate/translate-options.ts";
import { Translator } from "../../src/control-plane/translate/translator.ts";
import type { EndpointAddress } from "./endpoints.ts";

export interface SnapshotShape {
  /** Each gets an Ingress with one Route; all Routes use one Backend. */
  readonly hosts: readonly string[];
  /** All on one port. */
  readonly endpoints: readonly EndpointAddress[];
  /** Of every Ingress, without their prefix. */
  readonly annotations: Readonly<Record<string, string>>;
}

function metadata(name: string, more: Partial<Metadata> = {}): Metadata {
  return { namespace: "default", name, uid: name, createdAt: 0, generation: 1, labels: {}, annotations: {}, ...more };
}

function ingressOf(host: string, { annotations }: SnapshotShape): Ingress {
  const prefixed = Object.entries(annotations).map(([name, value]) => [`nginx.ingress.kubernetes.io/${name}`, value]);
  const backend = { kind: "service", service: "shop", port: 80 } as const;
  return {
    kind: "Ingress",
    metadata: metadata(host, { annotations: Object.fromEntries(prefixed) }),
    ingressClassName: "nginx",
    rules: [{ host, paths: [{ path: "/", pathType: "Prefix", backend }] }],
    tls: [],
  };
}

function serviceOf(targetPort: number): Service {
  return {
    kind: "Service",
    metadata: metadata("shop"),
    type: "ClusterIP",
    clusterIP: "",
    externalName: "",
    ipFamilies: [],
    ports: [{ name: "", port: 80, targetPort, protocol: "TCP" }],
  };
}

function sliceOf(endpoints: readonly EndpointAddress[], port: number): EndpointSlice {
  return {
    kind: "EndpointSlice",
    metadata: metadata("shop", { labels: { "kubernetes.io/service-name": "shop" } }),
    addressType: "IPv4",
    endpoints: endpoints.map(({ address }) => {
      const conditions = { ready: true, serving: true, terminating: false };
      return { addresses: [address], ...conditions, targetUid: `pod-${address}`, targetName: "" };
    }),
    ports: [{ name: "", port, protocol: "TCP" }],
  };
}

/** The entries of a Snapshot with one Route for each host and one Backend, as the control plane translates them. */
export class SnapshotEntries {
  readonly #shape: SnapshotShape;
  readonly #translator = new Translator({ ...TRANSLATE_DEFAULTS, keys: { current: Buffer.alloc(32, 1) } });

  constructor(shape: SnapshotShape) {
    this.#shape = shape;
  }

  /**
   * All of them; to be called once, first.
   * @throws Error when the translation finds a Problem in what the benchmark asks for
   */
  first(): EntryChanges {
    const { hosts, endpoints } = this.#shape;
    const port = endpoints[0]?.port ?? 0;
    const ingresses = hosts.map((host) => ingressOf(host, this.#shape));
    return this.#set([...ingresses, serviceOf(port), sliceOf(endpoints, port)]);
  }

  /** What one more host changes. */
  add(host: string): EntryChanges {
    return this.#set([ingressOf(host, this.#shape)]);
  }

  /** What it changes that a host is gone. */
  remove(host: string): EntryChanges {
    return this.#translator.apply([{ type: "deleted", kind: "Ingress", namespace: "default", name: host }]).changed;
  }

  #set(objects: readonly KubernetesObject[]): EntryChanges {
    const { changed } = this.#translator.apply(objects.map((object) => ({ type: "set", object })));
    const [problem] = this.#translator.problems();
    if (problem !== undefined) throw new Error(`the benchmark's objects have a Problem: ${JSON.stringify(problem)}`);
    return changed;
  }
}
