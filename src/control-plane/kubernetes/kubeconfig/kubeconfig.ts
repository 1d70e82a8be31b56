import { z } from "zod";

/** What of a kubeconfig file is read; the names are those of the file (client-go's clientcmd API v1). */

const text = z.string().nullish();
const yesNo = z.boolean().nullish();

const cluster = z.object({
  server: z.string(),
  "certificate-authority": text,
  "certificate-authority-data": text,
  "insecure-skip-tls-verify": yesNo,
  "tls-server-name": text,
  "proxy-url": text,
});

const exec = z.object({
  apiVersion: z.string(),
  command: z.string().min(1),
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
  provideClusterInfo: yesNo,
});

const user = z.object({
  "client-certificate": text,
  "client-certificate-data": text,
  "client-key": text,
  "client-key-data": text,
  token: text,
  tokenFile: text,
  username: text,
  password: text,
  as: text,
  "as-uid": text,
  "as-groups": z.array(z.string()).nullish(),
  exec: exec.nullish(),
  "auth-provider": z.object({ name: z.string() }).nullish(),
});

const context = z.object({ cluster: z.string(), user: text, namespace: text });

/** A list of entries with names, each under a key of its own. */
function named<K extends string, T extends z.ZodType>(key: K, value: T) {
  return z.array(z.intersection(z.object({ name: z.string() }), z.record(z.literal(key), value))).nullish();
}

export const kubeconfigSchema = z.object({
  "current-context": text,
  clusters: named("cluster", cluster),
  users: named("user", user.nullish()),
  contexts: named("context", context),
});

export type KubeconfigFile = z.infer<typeof kubeconfigSchema>;
export type Cluster = z.infer<typeof cluster>;
export type User = z.infer<typeof user>;
export type Context = z.infer<typeof context>;
export type Exec = z.infer<typeof exec>;

/** An entry, and the folder that its relative paths are meant from. */
export interface Placed<T> {
  readonly value: T;
  readonly folder: string;
}

/** One or several files as one. */
export interface Kubeconfig {
  /** For messages. */
  readonly files: string;
  readonly currentContext: string;
  readonly clusters: ReadonlyMap<string, Placed<Cluster>>;
  readonly users: ReadonlyMap<string, Placed<User>>;
  readonly contexts: ReadonlyMap<string, Placed<Context>>;
}
