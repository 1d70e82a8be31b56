import { resolve } from "node:path";
import { type Clock, systemClock } from "../../time/clock.ts";
import type { Access, Credential, Credentials } from "../access.ts";
import { KeptFile } from "../kept-file.ts";
import { ExecCredentials } from "./exec-credentials.ts";
import type { Cluster, Kubeconfig, Placed, User } from "./kubeconfig.ts";

/** A text that may change, because it stands in a file. */
interface Text {
  readonly get: () => Promise<string | undefined>;
  /** The next `get` reads the file. */
  readonly forget: () => void;
}

/** Where a text stands: in the kubeconfig itself, as base64, or in a file that it names. */
interface TextPlace {
  readonly data?: string | null | undefined;
  readonly file?: string | null | undefined;
  /** For messages: `The token file`. */
  readonly what: string;
}

function given(value: string | null | undefined): value is string {
  return value !== undefined && value !== null && value !== "";
}

function fixed(text: string | undefined): Text {
  return { get: async () => text, forget: () => {} };
}

/** What stands in the kubeconfig counts before a file. @param folder of the kubeconfig file */
function textOf({ data, file, what }: TextPlace, folder: string, clock: Clock): Text {
  if (given(data)) return fixed(Buffer.from(data, "base64").toString("utf8"));
  if (!given(file)) return fixed(undefined);
  const kept = new KeptFile(resolve(folder, file), what, clock);
  return { get: () => kept.text(), forget: () => kept.forget() };
}

function impersonation(user: User): Record<string, string | readonly string[]> {
  const groups = user["as-groups"] ?? [];
  return {
    ...(given(user.as) && { "impersonate-user": user.as }),
    ...(given(user["as-uid"]) && { "impersonate-uid": user["as-uid"] }),
    ...(groups.length > 0 && { "impersonate-group": groups }),
  };
}

/** The header's value. A token file counts before a token, as for kubectl. */
function authorizationOf({ value: user, folder }: Placed<User>, clock: Clock): Text {
  if (given(user.tokenFile)) {
    const { get, forget } = textOf({ file: user.tokenFile, what: "The token file" }, folder, clock);
    return { get: async () => `Bearer ${((await get()) ?? "").trim()}`, forget };
  }
  if (given(user.token)) return fixed(`Bearer ${user.token}`);
  if (!given(user.username)) return fixed(undefined);
  return fixed(`Basic ${Buffer.from(`${user.username}:${user.password ?? ""}`).toString("base64")}`);
}

/** Credentials that stand in the kubeconfig, or in files that it names. */
function standing(placed: Placed<User>, clock: Clock): Credentials {
  const { value: user, folder } = placed;
  const certificate = textOf(
    { data: user["client-certificate-data"], file: user["client-certificate"], what: "The client certificate" },
    folder,
    clock,
  );
  const key = textOf(
    { data: user["client-key-data"], file: user["client-key"], what: "The client key" },
    folder,
    clock,
  );
  const authorization = authorizationOf(placed, clock);
  return {
    get: async () => {
      const [pem, keyPem, header] = await Promise.all([certificate.get(), key.get(), authorization.get()]);
      return {
        headers: header === undefined ? {} : { authorization: header },
        ...(pem !== undefined && { certificate: pem }),
        ...(keyPem !== undefined && { key: keyPem }),
      };
    },
    forget: () => {
      for (const text of [certificate, key, authorization]) text.forget();
    },
  };
}

/** The same credentials in somebody else's name. */
function impersonating(credentials: Credentials, user: User): Credentials {
  const headers = impersonation(user);
  const get = async (): Promise<Credential> => {
    const credential = await credentials.get();
    return { ...credential, headers: { ...credential.headers, ...headers } };
  };
  return { get, forget: () => credentials.forget() };
}

function credentialsOf(placed: Placed<User>, cluster: Cluster, name: string, files: string, clock: Clock): Credentials {
  const { value: user, folder } = placed;
  const provider = user["auth-provider"];
  if (provider !== undefined && provider !== null) {
    throw new Error(
      `User ${name} in ${files} has the auth-provider ${provider.name}, which Kubernetes has given up: use a plugin (exec).`,
    );
  }
  const exec = user.exec ?? undefined;
  const own = exec === undefined ? standing(placed, clock) : new ExecCredentials(exec, cluster, folder, clock);
  return impersonating(own, user);
}

function serverOf(cluster: Cluster, name: string, files: string): string {
  const url = URL.canParse(cluster.server) ? new URL(cluster.server) : undefined;
  if (url?.protocol === "https:" || url?.protocol === "http:") return url.href.replace(/\/+$/, "");
  throw new Error(`The server of cluster ${name} in ${files} is no URL: write one such as https://10.0.0.1:6443.`);
}

function proxyOf(cluster: Cluster, name: string, files: string): string | undefined {
  const url = cluster["proxy-url"];
  if (!given(url)) return undefined;
  if (/^https?:\/\//.test(url) && URL.canParse(url)) return url;
  throw new Error(`The proxy-url of cluster ${name} in ${files} is no HTTP proxy: write http://HOST:PORT.`);
}

function find<T>(all: ReadonlyMap<string, T>, name: string, what: string, files: string): T {
  const found = all.get(name);
  if (found !== undefined) return found;
  const names = [...all.keys()].join(", ");
  const remedy = names === "" ? "add it" : `it has ${names}`;
  throw new Error(`There is no ${what} ${JSON.stringify(name)} in ${files}: ${remedy}.`);
}

/**
 * The access that the current context of a kubeconfig gives.
 *
 * @throws Error of one sentence with the remedy when it gives none
 */
export function kubeconfigAccess(kubeconfig: Kubeconfig, clock: Clock = systemClock): Access {
  const { files, currentContext } = kubeconfig;
  if (currentContext === "") {
    throw new Error(`No context is chosen in ${files}: choose one with kubectl config use-context NAME.`);
  }
  const { value: context } = find(kubeconfig.contexts, currentContext, "context", files);
  const { value: cluster, folder } = find(kubeconfig.clusters, context.cluster, "cluster", files);
  const user = given(context.user) ? find(kubeconfig.users, context.user, "user", files) : { value: {}, folder };
  const ca = textOf(
    {
      data: cluster["certificate-authority-data"],
      file: cluster["certificate-authority"],
      what: "The authority's certificate",
    },
    folder,
    clock,
  );
  const proxyUrl = proxyOf(cluster, context.cluster, files);
  return {
    server: serverOf(cluster, context.cluster, files),
    origin: `context ${currentContext} of ${files}`,
    namespace: given(context.namespace) ? context.namespace : "default",
    ...(given(cluster["tls-server-name"]) && { serverName: cluster["tls-server-name"] }),
    insecure: cluster["insecure-skip-tls-verify"] === true,
    ...(proxyUrl !== undefined && { proxyUrl }),
    authority: ca.get,
    credentials: credentialsOf(user, cluster, context.user ?? "", files, clock),
  };
}
