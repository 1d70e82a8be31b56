import type { Problem } from "../problems/problem.ts";
import type { Catalogue } from "../problems/render-problems-page.ts";
import type { RefusalReason } from "./control-client.ts";

/** The codes of this folder, for the reference. */
export const PUBLISH_PROBLEMS: Catalogue = {
  "publish/does-not-fit": {
    severity: "error",
    meaning: "The configuration does not fit into the data plane's shared memory; the one before it goes on serving.",
  },
  "publish/malformed": {
    severity: "error",
    meaning: "The data plane cannot read the configuration; the one before it goes on serving.",
  },
  "publish/out-of-step": {
    severity: "error",
    meaning: "The data plane holds another configuration than the controller knows of; the whole is sent again.",
  },
};

const TEXTS: Readonly<
  Record<RefusalReason, { readonly code: string; readonly message: string; readonly hint: string }>
> = {
  memory: {
    code: "publish/does-not-fit",
    message: "The configuration does not fit into the data plane's shared memory; the one before it goes on serving.",
    hint: "Remove Ingresses or Endpoints, or spread them over several controllers by their IngressClass.",
  },
  malformed: {
    code: "publish/malformed",
    message: "The data plane cannot read the configuration; the one before it goes on serving.",
    hint: "This is a bug in Limpet: please report it with the value above.",
  },
  base: {
    code: "publish/out-of-step",
    message: "The data plane holds another configuration than the controller knows of.",
    hint: "Nothing to do: the whole configuration is sent again.",
  },
};

/** The Problem that a refused push is, until one is accepted. */
export function refusalProblem(refused: { readonly reason: RefusalReason; readonly detail: string }): Problem {
  const text = TEXTS[refused.reason];
  return { ...text, severity: "error", object: "", field: "", value: refused.detail.slice(0, 200) };
}
