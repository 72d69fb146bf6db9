/** Stored inputs of a decision as lines a person can read. */
import { factWords } from "./fill-words.ts";
import { moneyWords } from "./money.ts";

/** One input: where it stands ("bounds.hand floor") and what it was. */
export interface InputLine {
  readonly name: string;
  readonly value: string;
}

/** The lines of canonical JSON text, in its own order; the text itself when it is no JSON. */
export function inputLines(inputs: string): readonly InputLine[] {
  try {
    return linesOf("", JSON.parse(inputs));
  } catch {
    // Written by a version that no longer exists: shown as it is rather than not at all.
    return [{ name: "Inputs", value: inputs }];
  }
}

function linesOf(path: string, value: unknown): InputLine[] {
  if (value === null || value === "") return [{ name: path, value: "–" }];
  if (typeof value !== "object")
    return [
      {
        name: path,
        value: factWords(path, typeof value === "string" ? value : JSON.stringify(value)),
      },
    ];
  if (isMoney(value)) return [{ name: path, value: moneyWords(value) }];
  const entries = Object.entries(value);
  if (entries.length === 0) return [{ name: path, value: "none" }];
  return entries.flatMap(([key, inner]) => {
    const name = Array.isArray(value) ? String(Number.parseInt(key, 10) + 1) : spaced(key);
    return linesOf(path === "" ? name : `${path} › ${name}`, inner);
  });
}

function isMoney(value: object): value is { amountMinor: string; currency: string } {
  return (
    "amountMinor" in value &&
    "currency" in value &&
    typeof value.amountMinor === "string" &&
    typeof value.currency === "string"
  );
}

function spaced(key: string): string {
  return key.replaceAll(/([A-Z])/g, " $1").toLowerCase();
}
