import type { Ingress, IngressClass } from "../objects/model.ts";
import type { TranslateOptions } from "./translate-options.ts";

/** Whether an Ingress is ours, and why not, as a sentence for people. */
export type Selection = { readonly ours: true } | { readonly ours: false; readonly why: string };

export type ClassOptions = Pick<TranslateOptions, "ingressClasses" | "controllerClasses" | "watchIngressWithoutClass">;

export const CLASS_ANNOTATION = "kubernetes.io/ingress.class";

/** At an IngressClass. The API server reads it when an Ingress is made; a controller does not. */
const DEFAULT_ANNOTATION = "ingressclass.kubernetes.io/is-default-class";

const OURS: Selection = { ours: true };

function not(why: string): Selection {
  return { ours: false, why };
}

function selectByClass(name: string, found: IngressClass | undefined, options: ClassOptions): Selection {
  if (found !== undefined) {
    if (options.controllerClasses.includes(found.controller)) return OURS;
    return not(`IngressClass ${name} belongs to the controller ${found.controller}.`);
  }
  // Manifests seldom hold the IngressClass itself; our own names are honoured without it.
  if (options.ingressClasses.includes(name)) return OURS;
  return not(`There is no IngressClass ${name}, and the name is none of ours (${options.ingressClasses.join(", ")}).`);
}

/** An Ingress that was made before its class became the default names none, and nothing will change that. */
function withoutClass(classes: ReadonlyMap<string, IngressClass>, options: ClassOptions): string {
  const why = "It names no class, and Ingresses without one are not watched.";
  const isDefault = ({ controller, metadata }: IngressClass) =>
    metadata.annotations[DEFAULT_ANNOTATION] === "true" && options.controllerClasses.includes(controller);
  const found = [...classes.values()].find(isDefault);
  if (found === undefined) return why;
  return `${why} IngressClass ${found.metadata.name} is the default for those that are made from now on: name it in spec.ingressClassName.`;
}

/**
 * Whether an Ingress is ours: by `spec.ingressClassName`, then by the old annotation, then by
 * `--watch-ingress-without-class` (ingress-nginx 1.15.1, class selection). The default-class annotation decides nothing.
 *
 * @param classes every IngressClass by name, as it is now
 */
export function selectIngress(
  ingress: Ingress,
  classes: ReadonlyMap<string, IngressClass>,
  options: ClassOptions,
): Selection {
  const name = ingress.ingressClassName;
  if (name !== undefined && name !== "") return selectByClass(name, classes.get(name), options);
  const annotated = ingress.metadata.annotations[CLASS_ANNOTATION];
  if (annotated !== undefined) {
    if (options.ingressClasses.includes(annotated)) return OURS;
    return not(`The annotation ${CLASS_ANNOTATION} says "${annotated}" (ours: ${options.ingressClasses.join(", ")}).`);
  }
  if (options.watchIngressWithoutClass) return OURS;
  return not(withoutClass(classes, options));
}
