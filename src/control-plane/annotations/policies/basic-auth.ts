import type { BasicAuthPolicy, RoutePolicies } from "../../../snapshot/route-policies.ts";
import type { Secret } from "../../objects/model.ts";
import { badValue, guardBadValue, noEffect, objectMissing } from "../../problems/annotation-problems.ts";
import type { Parser, ServedAnnotation } from "../annotation.ts";
import type { AnnotationContext } from "../annotation-context.ts";
import { served } from "../served.ts";
import { normalize, parseOneOf } from "../value-parsers.ts";
import { readHtpasswd, type Users } from "./read-htpasswd.ts";

const authentication = served("Authentication", "location");

type Layout = "auth-file" | "auth-map";

const CLOSED = "the Routes answer 503";

/** What stands between quotes in a header. */
const parseRealm: Parser<string> = (text) => {
  const realm = normalize(text);
  return /^[^\p{Cc}"\\]*$/u.test(realm) ? { ok: true, value: realm } : { ok: false };
};

export const AUTH_TYPE = authentication("high", {
  name: "auth-type",
  parser: parseOneOf(["basic", "digest"]),
  default: "none",
  doc: "`basic`: a client must say a user name and a password. `digest` is not served: the Routes answer 503.",
  onBadValue: CLOSED,
  badValue: guardBadValue("This is no kind of authentication", 'Write "basic".'),
  guards: true,
});

const NAME_HINT = "Write the name of a Secret of the same namespace.";

const parseSecretName: Parser<string> = (text) => {
  const name = normalize(text);
  return /^([a-z0-9.-]+\/)?[a-z0-9.-]+$/.test(name) ? { ok: true, value: name } : { ok: false };
};

export const AUTH_SECRET = authentication("high", {
  name: "auth-secret",
  parser: parseSecretName,
  default: "none",
  doc: "The Secret of user names and passwords, in the namespace of the Ingress.",
  onBadValue: CLOSED,
  badValue: guardBadValue("This is no name of a Secret", NAME_HINT),
  guards: true,
});

export const AUTH_SECRET_TYPE = authentication("medium", {
  name: "auth-secret-type",
  parser: parseOneOf<Layout>(["auth-file", "auth-map"]),
  default: "`auth-file`",
  doc: "`auth-file`: its key `auth` holds the lines of htpasswd; `auth-map`: each key is a user, its value the password's hash.",
  onBadValue: CLOSED,
  badValue: guardBadValue("This is no layout of a Secret", 'Write "auth-file" or "auth-map".'),
  guards: true,
});

export const AUTH_REALM = authentication("medium", {
  name: "auth-realm",
  parser: parseRealm,
  default: "an empty one",
  doc: "The realm that the client is told.",
  onBadValue: "an empty one",
  badValue: badValue(
    "A header cannot hold this: the realm is empty.",
    "Leave out quotes, backslashes and line breaks.",
  ),
});

export const BASIC_AUTH_ANNOTATIONS: readonly ServedAnnotation<unknown>[] = [
  AUTH_TYPE,
  AUTH_SECRET,
  AUTH_SECRET_TYPE,
  AUTH_REALM,
];

function mapUsers({ data }: Secret): Users {
  return Object.fromEntries(
    Object.entries(data).map(([name, hash]) => [name, Buffer.from(hash).toString("utf8").trim()]),
  );
}

function fileUsers({ data }: Secret): Users {
  const { auth } = data;
  return auth === undefined ? {} : readHtpasswd(Buffer.from(auth).toString("utf8"));
}

/** The Secret of that name; undefined when there is none for this Ingress: then its Routes are closed. */
function findSecret(context: AnnotationContext, name: string): Secret | undefined {
  const full = context.objectName(name);
  if (full === undefined) {
    context.close(AUTH_SECRET, guardBadValue("A Secret of another namespace is not used", NAME_HINT));
    return undefined;
  }
  const secret = context.objects.secret(full);
  if (secret === undefined) {
    const message = `There is no Secret ${full}: nobody could be let in, and the Routes answer 503.`;
    context.close(AUTH_SECRET, objectMissing(message, "Create it, or correct the name."));
  }
  return secret;
}

function readUsers(context: AnnotationContext, layout: Layout): Users | undefined {
  const name = context.read(AUTH_SECRET);
  if (name === undefined) {
    if (!context.has(AUTH_SECRET)) {
      context.close(AUTH_TYPE, guardBadValue("There is no auth-secret that says who may come in", "Add auth-secret."));
    }
    return undefined;
  }
  const secret = findSecret(context, name);
  if (secret === undefined) return undefined;
  const users = layout === "auth-map" ? mapUsers(secret) : fileUsers(secret);
  if (Object.keys(users).length > 0) return users;
  const wanted = layout === "auth-map" ? "no key" : "no user under its key auth";
  const message = `The Secret has ${wanted}: nobody could be let in, and the Routes answer 503.`;
  context.close(AUTH_SECRET, objectMissing(message, "Write what htpasswd prints into it, or set auth-secret-type."));
  return undefined;
}

/** Without `auth-type` the others guard nothing in ingress-nginx: what was to be protected is closed here instead. */
function reportAlone(context: AnnotationContext): void {
  if (context.has(AUTH_SECRET)) {
    context.close(AUTH_SECRET, guardBadValue("There is no auth-type that makes use of it", 'Add auth-type: "basic".'));
  }
  const alone = noEffect('There is no auth-type: "basic" that it could belong to.', "Take it out, or add auth-type.");
  for (const annotation of [AUTH_SECRET_TYPE, AUTH_REALM]) context.report(annotation, alone);
}

function readPolicy(context: AnnotationContext): BasicAuthPolicy | undefined {
  const type = context.read(AUTH_TYPE);
  const layout = context.read(AUTH_SECRET_TYPE) ?? "auth-file";
  if (!context.has(AUTH_TYPE)) reportAlone(context);
  if (type === "digest") {
    context.close(AUTH_TYPE, guardBadValue("Limpet has no digest authentication", 'Write "basic" and use TLS.'));
  }
  if (type !== "basic") return undefined;
  const realm = context.read(AUTH_REALM) ?? "";
  const users = readUsers(context, layout);
  return users === undefined ? undefined : { realm, users };
}

/** Who may use the Routes of an Ingress, by name and password. */
export function readBasicAuth(context: AnnotationContext): Partial<RoutePolicies> {
  const basicAuth = readPolicy(context);
  return basicAuth === undefined ? {} : { basicAuth };
}
