/** Whether a value is what YAML calls a mapping and JSON an object: names with values. */
export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
