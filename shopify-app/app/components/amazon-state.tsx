import { Badge } from "@shopify/polaris";
import type { AmazonFactsView } from "@calibr/shared/ports/market-views";
import { BUY_BOX_WORDS, suppressionWords } from "../copy/market.ts";
import { Ago } from "./ago.tsx";

/** What Amazon does with a listing now, as few badges as say it: suppressed, featured or not, silent. */
export function AmazonState({ facts, now }: { facts: AmazonFactsView; now: string }) {
  const suppression = suppressionWords(facts);
  const { buyBox, silentSince } = facts;
  return (
    <span className="badges">
      {suppression !== null && <Badge tone="warning">{suppression}</Badge>}
      {buyBox !== null && (
        <span className="badge-since">
          <BoxBadge state={buyBox.state} />
          <span className="quiet">
            since <Ago at={buyBox.since} now={now} />
          </span>
        </span>
      )}
      {silentSince !== null && (
        <span
          className="badge-since"
          title="Amazon sends no news of this ASIN; regular checks find changes"
        >
          <Badge>Silent</Badge>
          <span className="quiet">
            since <Ago at={silentSince} now={now} />
          </span>
        </span>
      )}
    </span>
  );
}

type BoxState = NonNullable<AmazonFactsView["buyBox"]>["state"];

const BOX_TONES: Readonly<Record<BoxState, "success" | "attention" | "warning" | undefined>> = {
  won: "success",
  lost: "attention",
  suppressed: "warning",
  none: undefined,
};

function BoxBadge({ state }: { state: BoxState }) {
  const tone = BOX_TONES[state];
  return tone === undefined ? (
    <Badge>{BUY_BOX_WORDS[state]}</Badge>
  ) : (
    <Badge tone={tone}>{BUY_BOX_WORDS[state]}</Badge>
  );
}
