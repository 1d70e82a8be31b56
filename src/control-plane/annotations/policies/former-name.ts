import { noEffect } from "../../problems/annotation-problems.ts";
import type { ServedAnnotation } from "../annotation.ts";
import type { AnnotationContext } from "../annotation-context.ts";

/** Reads an annotation that once had another name: the new one counts where both are there. */
export function readEither<T>(
  context: AnnotationContext,
  annotation: ServedAnnotation<T>,
  former: ServedAnnotation<T>,
): T | undefined {
  if (!context.has(annotation)) return context.read(former);
  const message = `It is the former name of ${annotation.name}, which is there too and counts.`;
  context.report(former, noEffect(message, "Take it out."));
  return context.read(annotation);
}
