import type { Problem, Severity } from "./problem.ts";

interface Entry {
  readonly severity: Severity;
  /** One line for the reference: when it is raised. */
  readonly meaning: string;
}

/** Every code that reading files and objects raises. */
export const SOURCE_PROBLEMS = {
  "source/file-unreadable": {
    severity: "error",
    meaning: "A file cannot be read; what it said before stays in force.",
  },
  "source/file-does-not-parse": {
    severity: "error",
    meaning: "A file is not valid YAML or JSON; what it said before stays in force.",
  },
  "source/file-emptied": {
    severity: "warning",
    meaning: "A file has become empty; what it said before stays in force.",
  },
  "source/folder-unreadable": {
    severity: "error",
    meaning: "A folder cannot be read or watched; what its files said before stays in force.",
  },
  "source/folder-gone": {
    severity: "error",
    meaning: "The folder of manifests is gone; what it said before stays in force.",
  },
  "source/object-wrong-shape": {
    severity: "error",
    meaning: "An object, or a part that all of it depends on, has the wrong shape; the object is left out.",
  },
  "source/part-wrong-shape": {
    severity: "error",
    meaning: "A part of an object has the wrong shape; that part is left out and the rest of the object is served.",
  },
  "source/part-taken-otherwise": {
    severity: "warning",
    meaning: "A part of an object has a value that is not known; it is taken as if it were absent.",
  },
  "source/api-version-not-served": {
    severity: "error",
    meaning: "An object has an apiVersion that is not read for its kind; the object is left out.",
  },
  "source/object-twice": {
    severity: "error",
    meaning: "An object stands in two places; the first one, by path of the file and then by line, is served.",
  },
} as const satisfies Readonly<Record<string, Entry>>;

type Code = keyof typeof SOURCE_PROBLEMS;

function coded(code: Code): Pick<Problem, "code" | "severity"> {
  return { code, severity: SOURCE_PROBLEMS[code].severity };
}

/** Where in the folder a Problem stands; line and column count from 1. */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** A part of an object: the object's name, the path of the field, and what stands there, made fit to be shown. */
export interface Subject {
  readonly object: string;
  readonly field: string;
  readonly value: string;
}

const NOBODY: Subject = { object: "", field: "", value: "" };

/** The same Problem with the place where it was found. */
export function placed(problem: Problem, place: Place): Problem {
  return { ...problem, ...place };
}

/** @param reason what the operating system says, such as `EACCES` */
export function fileUnreadable(file: string, reason: string): Problem {
  return {
    ...NOBODY,
    ...coded("source/file-unreadable"),
    message: `The file cannot be read (${reason}); what it said before stays in force.`,
    hint: "Let the user that runs Limpet read the file, or move it out of the folder.",
    file,
  };
}

/** @param reason what the parser says, without a full stop and without the file's text */
export function fileDoesNotParse(place: Place, reason: string): Problem {
  return {
    ...NOBODY,
    ...coded("source/file-does-not-parse"),
    message: `The file is not valid YAML or JSON: ${reason}; what it said before stays in force.`,
    hint: "Correct the file at this line; it is read again as soon as it is saved.",
    ...place,
  };
}

export function fileEmptied(file: string): Problem {
  return {
    ...NOBODY,
    ...coded("source/file-emptied"),
    message: "The file has become empty, as in the middle of a save; what it said before stays in force.",
    hint: "Delete the file, or leave only a comment in it, to take its objects away.",
    file,
  };
}

/** @param folder relative to the folder of manifests; `.` for that folder itself */
export function folderUnreadable(folder: string, reason: string): Problem {
  return {
    ...NOBODY,
    ...coded("source/folder-unreadable"),
    message: `The folder cannot be read or watched (${reason}); what its files said before stays in force.`,
    hint:
      reason === "ENOSPC"
        ? "Raise the limit fs.inotify.max_user_watches of this machine."
        : "Let the user that runs Limpet read the folder, or move it away.",
    file: folder,
  };
}

/** @param directory as it was given to the source */
export function folderGone(directory: string): Problem {
  return {
    ...NOBODY,
    ...coded("source/folder-gone"),
    message: "The folder of manifests is gone; what it said before stays in force.",
    hint: "Put the folder back; it is read again as soon as it is there.",
    file: directory,
  };
}

/** A whole object is left out. @param wrong a clause without a full stop */
export function objectWrongShape(subject: Subject, wrong: string, hint: string): Problem {
  const message = `${wrong}; the whole object is left out.`;
  return { ...subject, ...coded("source/object-wrong-shape"), message, hint };
}

/**
 * A part of an object is left out, the rest of it is served.
 *
 * @param wrong a clause without a full stop
 * @param loss a clause: what happens now
 */
export function partWrongShape(subject: Subject, wrong: string, loss: string, hint: string): Problem {
  return { ...subject, ...coded("source/part-wrong-shape"), message: `${wrong}; ${loss}.`, hint };
}

/** A part of an object is taken in another way than it says; the parameters are those of `partWrongShape`. */
export function partTakenOtherwise(subject: Subject, wrong: string, effect: string, hint: string): Problem {
  const message = `${wrong}; ${effect}.`;
  return { ...subject, ...coded("source/part-taken-otherwise"), message, hint };
}

/** @param right the apiVersion that is read for this kind */
export function apiVersionNotServed(subject: Subject, right: string): Problem {
  return {
    ...subject,
    ...coded("source/api-version-not-served"),
    message: "This apiVersion is not read for this kind; the whole object is left out.",
    hint: `Write apiVersion: ${right}, and the object as that version has it.`,
  };
}

/** The Problem of the second place. @param winner where the object stands that is served */
export function objectTwice(object: string, winner: Place, loser: Place): Problem {
  return {
    ...NOBODY,
    ...coded("source/object-twice"),
    object,
    message: `The object stands in ${at(winner)} and in ${at(loser)}; the first one is served, this one is left out.`,
    hint: "Delete one of the two, or give it another name.",
    ...loser,
  };
}

function at(place: Place): string {
  return place.line === undefined ? place.file : `${place.file} (line ${place.line})`;
}
