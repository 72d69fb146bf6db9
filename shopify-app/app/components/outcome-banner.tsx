import { Banner, List } from "@shopify/polaris";
import { failureWords } from "../copy/failures.ts";
import { plural } from "../copy/money.ts";
import { skipWords } from "../copy/skips.ts";
import type { Reply } from "../http/reply.ts";

// A thousand lines would bury the page; what the rest share stands in their own rows.
const SKIPPED_SHOWN_MAX = 8;

/** What an action did not do, and why. Stays until it is dismissed or the next action. */
export function OutcomeBanner(props: {
  reply: Reply | undefined;
  /** Names a change that the page shows or showed. */
  titleOf: (changeId: string) => string;
  onDismiss: () => void;
}) {
  const { reply } = props;
  if (reply?.kind === "refused") {
    const { title, text } = failureWords(reply.code);
    return (
      <Banner tone="critical" title={title} onDismiss={props.onDismiss}>
        <p>{text}</p>
      </Banner>
    );
  }
  if (reply?.kind !== "moved" || reply.skipped.length === 0) return null;
  const more = reply.skipped.length - SKIPPED_SHOWN_MAX;
  return (
    <Banner
      tone="warning"
      title={`${plural(reply.skipped.length, "price")} left as ${reply.skipped.length === 1 ? "it was" : "they were"}`}
      onDismiss={props.onDismiss}
    >
      <List>
        {reply.skipped.slice(0, SKIPPED_SHOWN_MAX).map((skip) => (
          <List.Item
            key={skip.changeId}
          >{`${props.titleOf(skip.changeId)}: ${skipWords(skip.code)}.`}</List.Item>
        ))}
        {more > 0 && <List.Item>{`and ${plural(more, "more", "more")}`}</List.Item>}
      </List>
    </Banner>
  );
}
