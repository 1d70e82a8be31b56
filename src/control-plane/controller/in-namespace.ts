import type { ObjectChange, Source } from "../sources/source.ts";

function namespaceOf(change: ObjectChange): string {
  return change.type === "set" ? change.object.metadata.namespace : change.namespace;
}

/** A source that says nothing of other namespaces; what belongs to none passes. */
export function inNamespace(source: Source, namespace: string): Source {
  const concerns = (change: ObjectChange) => ["", namespace].includes(namespaceOf(change));
  return {
    start: (sink) => source.start({ ...sink, changed: (changes) => sink.changed(changes.filter(concerns)) }),
    stop: () => source.stop(),
  };
}
