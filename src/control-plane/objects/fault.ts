import type { core } from "zod";

/** How something is wrong: a clause without a full stop, and one sentence about what to write instead. */
export interface Fault {
  readonly wrong: string;
  readonly hint: string;
}

const EXPECTED: Readonly<Record<string, Fault>> = {
  string: { wrong: "text", hint: "Write text; put it in quotes if it looks like a number or a truth value." },
  number: { wrong: "a number", hint: "Write a number, without quotes." },
  int: { wrong: "a whole number", hint: "Write a whole number." },
  boolean: { wrong: "a truth value", hint: "Write true or false, without quotes." },
  object: { wrong: "a mapping", hint: "Write a mapping of names to values." },
  array: { wrong: "a list", hint: "Write a list." },
};
const UNKNOWN: Fault = { wrong: "something else", hint: "Write the field as the Kubernetes API defines it." };

/** `a number`, `a list`, `nothing`: a value's type in a sentence. */
export function typeName(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return "text";
  if (typeof value === "object") return "a mapping";
  return typeof value === "boolean" ? "a truth value" : `a ${typeof value}`;
}

/** What zod found, in the words of a Problem. @param value what stands there */
export function faultOf(issue: core.$ZodIssue, value: unknown): Fault {
  if (issue.code === "custom") return { wrong: issue.message, hint: String(issue.params?.hint ?? UNKNOWN.hint) };
  if (issue.code === "invalid_value") {
    const choice = issue.values.map(String).join(", ");
    return { wrong: `This is none of ${choice}`, hint: `Write one of ${choice}.` };
  }
  if (issue.code !== "invalid_type") return { wrong: issue.message, hint: UNKNOWN.hint };
  const expected = EXPECTED[issue.expected] ?? UNKNOWN;
  if (value === undefined || value === null) return { wrong: "The field is missing", hint: expected.hint };
  return { wrong: `This is ${typeName(value)} where ${expected.wrong} belongs`, hint: expected.hint };
}
