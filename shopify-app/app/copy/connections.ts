/** Words about a seller account: its standing, its permission, how its market is heard. */
import type { ConnectionView, WatchView } from "@calibr/shared/ports/connection-views";
import { countWords, plural } from "./money.ts";
import { longSpanWords } from "./time.ts";

export interface StandingWords {
  readonly label: string;
  /** What to do; null when there is nothing to do. */
  readonly text: string | null;
}

type Standing = NonNullable<ConnectionView["accountStatus"]>;

/** Amazon's account health (ACCOUNT_STATUS_CHANGED). */
export const STANDING_WORDS: Readonly<Record<Standing, StandingWords>> = {
  normal: { label: "In good standing", text: null },
  at_risk: {
    label: "At risk of deactivation",
    text: "Amazon sees problems with this selling account. Look at Account Health in Seller Central; Calibr goes on meanwhile.",
  },
  deactivated: {
    label: "Deactivated by Amazon",
    text: "Amazon has stopped this account from selling. Its prices are no longer worth changing until Account Health in Seller Central is settled.",
  },
};

/** How long the seller's permission lasts. */
export function consentWords(
  connection: Pick<ConnectionView, "consent" | "consentDaysLeft" | "status">,
): string {
  const { consent, consentDaysLeft: days, status } = connection;
  if (status !== "connected") return "None now";
  if (consent === null || days === null) return "Not known";
  if (consent === "ended") return "Over";
  return days === 0 ? "Ends today" : `${plural(days, "day")} left`;
}

/** How soon a change of the market is found, in two sentences at most. */
export function watchWords(watch: WatchView): { readonly lead: string; readonly rest: string } {
  if (!watch.isTold) {
    return {
      lead: `Amazon’s news has no queue here, so regular checks alone find changes: within ${longSpanWords(watch.unheardChangeMs)}.`,
      rest: "With a queue most changes would be known in seconds, and the checks would only watch for what it missed.",
    };
  }
  return {
    lead: `Amazon tells of most changes within seconds. One it does not tell of is found within ${longSpanWords(watch.changeMs)}.`,
    rest:
      watch.silent === 0
        ? `Should Amazon fall silent about an ASIN, that is noticed within ${longSpanWords(watch.silenceMs)} while its market moves.`
        : `A silent ASIN is checked more often: a change there is found within ${longSpanWords(watch.unheardChangeMs)}.`,
  };
}

/** "3 of 1,240 ASINs"; the whole when none is silent. */
export function silentWords(watch: Pick<WatchView, "silent" | "watched">): string {
  return watch.silent === 0
    ? `None of ${plural(watch.watched, "ASIN")}`
    : `${countWords(watch.silent)} of ${plural(watch.watched, "ASIN")}`;
}
