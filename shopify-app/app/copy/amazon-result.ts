/** What the page outside the app says after Amazon's consent. */
export interface ResultWords {
  readonly title: string;
  readonly text: string;
  readonly tone: "success" | "problem";
}

const RESULTS: Readonly<Record<string, ResultWords | undefined>> = {
  received: {
    title: "Thank you, permission received",
    text: "You can close this tab. Calibr finishes the connection in your Shopify admin.",
    tone: "success",
  },
  incomplete_answer: {
    title: "Amazon did not finish",
    text: "Amazon sent you back without its permission. Close this tab and start again from Connections.",
    tone: "problem",
  },
  unknown_state: {
    title: "This connection has ended",
    text: "A connection works once and within ten minutes. Close this tab and start again from Connections.",
    tone: "problem",
  },
  incomplete_visit: {
    title: "Amazon’s address is not complete",
    text: "Begin again from Calibr’s page in Amazon’s Appstore, or from Connections inside Calibr.",
    tone: "problem",
  },
  unknown_callback: {
    title: "This address does not come from Amazon",
    text: "Nothing was connected. Begin again from Calibr’s page in Amazon’s Appstore.",
    tone: "problem",
  },
};

/** The words of a result; anything unknown asks to start again. */
export function amazonResultWords(result: string): ResultWords {
  return (
    RESULTS[result] ?? {
      title: "This connection cannot be finished",
      text: "Close this tab and start again from Connections.",
      tone: "problem",
    }
  );
}
