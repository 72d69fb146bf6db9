/** Counts of an import or a market check as words. */
import { countWords } from "./money.ts";

const NAMES: Readonly<Record<string, string | undefined>> = {
  seen: "seen",
  added: "new",
  changed: "changed",
  linked: "linked",
  unlinked: "not linked",
  deleted: "gone",
  looked_up: "looked up",
  not_found: "not found",
  not_believed: "reports not believed",
  unreadable: "not readable",
  gone: "gone",
  review: "to check",
  unmatched: "without a match",
  read: "read",
  skipped: "skipped",
  marked: "to decide",
};

/** "280 seen, 12 new"; "" when nothing was counted. Counts we have no word for keep their name. */
export function countsWords(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .filter(([name, count]) => count > 0 || name === "seen")
    .map(([name, count]) => `${countWords(count)} ${NAMES[name] ?? name.replaceAll("_", " ")}`)
    .join(", ");
}
