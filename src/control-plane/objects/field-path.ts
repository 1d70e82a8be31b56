/** Where a field stands in an object: keys of mappings and, as numbers, places in lists. */
export type FieldPath = readonly (string | number)[];

const PLAIN_KEY = /^[A-Za-z_$][A-Za-z0-9_$]*$/;

/** The text form that Problems show: `metadata.annotations["limpet.dev/affinity"]`, `spec.rules[0].host`. */
export function formatFieldPath(path: FieldPath): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else if (!PLAIN_KEY.test(step)) text += `[${JSON.stringify(step)}]`;
    else text += text === "" ? step : `.${step}`;
  }
  return text;
}

/** The way back from `formatFieldPath`; what cannot be understood ends the path there. */
export function parseFieldPath(text: string): FieldPath {
  const step = /\.?([A-Za-z_$][A-Za-z0-9_$]*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y;
  const path: (string | number)[] = [];
  for (let match = step.exec(text); match !== null; match = step.exec(text)) {
    const [, key, index, quoted] = match;
    if (key !== undefined) path.push(key);
    else if (index !== undefined) path.push(Number(index));
    else path.push(JSON.parse(quoted as string) as string);
  }
  return path;
}
