import type { FlagTable } from "./flag.ts";
import { choice } from "./parse-value.ts";

export interface OutputFlags {
  readonly output: "text" | "json";
}

/** What every command has that reports something. */
export const OUTPUT_FLAGS: FlagTable<OutputFlags> = {
  output: {
    name: "output",
    placeholder: "text|json",
    parse: choice(["text", "json"]),
    fallback: "text",
    doc: "for people, or for programs",
  },
};
