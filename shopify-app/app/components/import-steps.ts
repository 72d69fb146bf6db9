import type { ConnectionView, ImportStandView } from "@calibr/shared/ports/connection-views";
import { failureWords } from "../copy/failures.ts";
import { countWords, plural } from "../copy/money.ts";

/** One step of setting an account up, with what was really counted. */
export interface ImportStep {
  readonly id: "list" | "details" | "links" | "market";
  readonly title: string;
  readonly state: "open" | "working" | "done" | "failed";
  /** What was counted, or what went wrong. */
  readonly text: string;
}

type Account = Pick<ConnectionView, "sweptAt">;

/** The steps from the permission to the first look at the market. */
export function importSteps(stand: ImportStandView, account: Account): readonly ImportStep[] {
  return [listStep(stand), detailStep(stand), linkStep(stand), marketStep(stand, account)];
}

/** True when nothing is left to wait for. */
export function isSetUp(steps: readonly ImportStep[]): boolean {
  return steps.every((step) => step.state === "done");
}

function listStep(stand: ImportStandView): ImportStep {
  const step = { id: "list", title: "The list of your products" } as const;
  const waiting = stand.parts.filter((part) => part.state === "report");
  const code = stand.state === "failed" ? stand.errorCode : null;
  if (code !== null) return { ...step, state: "failed", text: failureWords(code).text };
  if (stand.state === "waiting")
    return { ...step, state: "working", text: "Calibr asks Amazon in a moment." };
  const isReading = stand.state === "running" && (waiting.length > 0 || stand.parts.length === 0);
  if (!isReading)
    return {
      ...step,
      state: "done",
      text:
        stand.listings === 0
          ? "No listings in this account yet."
          : plural(stand.listings, "listing"),
    };
  const stuck = waiting.find((part) => part.errorCode !== null)?.errorCode;
  if (stuck != null)
    return { ...step, state: "working", text: `${failureWords(stuck).title}. Calibr asks again.` };
  const text =
    stand.listings === 0
      ? "Asked for. Amazon usually has it within two minutes."
      : `${plural(stand.listings, "listing")} read so far`;
  return { ...step, state: "working", text };
}

function detailStep(stand: ImportStandView): ImportStep {
  const { listings, lookedUp, priced } = stand;
  const step = { id: "details", title: "Prices and details" } as const;
  if (stand.state === "done" && listings === 0)
    return { ...step, state: "done", text: "Nothing to look up." };
  const counted = `${countWords(lookedUp)} of ${plural(listings, "listing")} looked up, ${countWords(priced)} with a price`;
  if (stand.state === "done") return { ...step, state: "done", text: counted };
  if (listings === 0) return { ...step, state: "open", text: "Follows the list." };
  return { ...step, state: stand.state === "running" ? "working" : "open", text: counted };
}

function linkStep(stand: ImportStandView): ImportStep {
  const step = { id: "links", title: "Links to your Shopify products" } as const;
  if (stand.state !== "done")
    return { ...step, state: "open", text: "Made once prices are known." };
  const { listings, linked, toCheck } = stand;
  if (listings === 0) return { ...step, state: "done", text: "Nothing to link." };
  const rest = Math.max(0, listings - linked - toCheck);
  const parts = [
    `${countWords(linked)} linked`,
    ...(toCheck > 0 ? [`${countWords(toCheck)} for you to check`] : []),
    ...(rest > 0 ? [`${countWords(rest)} without a match`] : []),
  ];
  return { ...step, state: "done", text: parts.join(", ") };
}

function marketStep(stand: ImportStandView, account: Account): ImportStep {
  const step = { id: "market", title: "First look at the market" } as const;
  if (stand.state !== "done") return { ...step, state: "open", text: "Begins after the links." };
  if (stand.asins === 0) return { ...step, state: "done", text: "Nothing to watch yet." };
  const text = `${countWords(stand.asinsSeen)} of ${plural(stand.asins, "ASIN")} seen`;
  const isDone = account.sweptAt !== null || stand.asinsSeen >= stand.asins;
  return { ...step, state: isDone ? "done" : "working", text };
}
