import { bpsWords, moneyFactWords } from "./money.ts";
import { instantWords } from "./time.ts";

/** Facts of a reason or a move, as stored. */
export type Facts = Readonly<Record<string, string>>;

/** Fills `{name}` with facts; falls back to the plain sentence when one is missing. */
export function fillWords(words: { text: string; plain?: string }, facts: Facts): string {
  const names = [...words.text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");
  const isComplete = names.every((name) => facts[name] !== undefined && facts[name] !== "");
  if (!isComplete) return words.plain ?? words.text.replaceAll(/\s?\{\w+\}/g, "");
  return words.text.replaceAll(/\{(\w+)\}/g, (_whole, name: string) =>
    factWords(name, facts[name] ?? ""),
  );
}

/** One fact for a person: money, shares and instants in their own form, other codes as words. */
export function factWords(name: string, value: string): string {
  if (/Bps$/.test(name) && /^-?\d+$/.test(value)) return bpsWords(Number.parseInt(value, 10));
  if (/At$/.test(name) && !Number.isNaN(Date.parse(value))) return instantWords(value);
  if (/^[A-Z]{3} -?\d+$/.test(value)) return moneyFactWords(value);
  return /^[a-z]+(_[a-z]+)+$/.test(value) ? value.replaceAll("_", " ") : value;
}

/** The name of a fact as words: "floorSource" is "floor source". */
export function factName(name: string): string {
  return name
    .replace(/Bps$/, "")
    .replaceAll(/([A-Z])/g, " $1")
    .toLowerCase()
    .trim();
}
