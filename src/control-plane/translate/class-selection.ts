import type { Ingress, IngressClass } from "../objects/model.ts";
import type { TranslateOptions } from "./translate-options.ts";

/** Whether an Ingress is ours, and why not, as a sentence for people. */
export type Selection = { readonly ours: true } | { readonly ours: false; readonly why: string };

export type ClassOptions = Pick<TranslateOptions, "ingressClasses" | "controllerClasses" | "watchIngressWithoutClass">;

export const CLASS_ANNOTATION = "kubernetes.io/ingress.class";

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

/**
 * Whether an Ingress is ours: by `spec.ingressClassName`, then by the old annotation, then by
 * `--watch-ingress-without-class` (ingress-nginx 1.15.1, class selection).
 *
 * @param findClass gives the IngressClass of a name, as it is now
 */
export function selectIngress(
  ingress: Ingress,
  findClass: (name: string) => IngressClass | undefined,
  options: ClassOptions,
): Selection {
  const name = ingress.ingressClassName;
  if (name !== undefined && name !== "") return selectByClass(name, findClass(name), options);
  const annotated = ingress.metadata.annotations[CLASS_ANNOTATION];
  if (annotated !== undefined) {
    if (options.ingressClasses.includes(annotated)) return OURS;
    return not(`The annotation ${CLASS_ANNOTATION} says "${annotated}" (ours: ${options.ingressClasses.join(", ")}).`);
  }
  if (options.watchIngressWithoutClass) return OURS;
  return not("It names no class, and Ingresses without one are not watched.");
}
