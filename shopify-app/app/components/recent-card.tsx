import { Link } from "@remix-run/react";
import { Card, InlineStack, Text } from "@shopify/polaris";
import { ClockIcon } from "@shopify/polaris-icons";
import type { ChangeView } from "@calibr/shared/ports/shop-views";
import { paths } from "../http/paths.ts";
import { Ago } from "./ago.tsx";
import { ChannelTag, StateBadge } from "./badges.tsx";
import { Empty } from "./empty.tsx";
import { PriceChange } from "./price-text.tsx";

/** The latest price changes, whatever became of them. */
export function RecentCard({ recent, now }: { recent: readonly ChangeView[]; now: string }) {
  return (
    <Card padding="0">
      <div className="card-head">
        <Text as="h2" variant="headingMd">
          Recent price changes
        </Text>
        <Link to={paths.activity()}>All activity</Link>
      </div>
      {recent.length === 0 ? (
        <Empty icon={ClockIcon} title="No price has changed yet">
          <p>The first proposal appears when the market moves.</p>
        </Empty>
      ) : (
        <ul className="lines">
          {recent.map((change) => (
            <li key={change.changeId}>
              <ChangeLine change={change} now={now} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

/** One price change in one or two lines, linked to its receipt. */
export function ChangeLine({ change, now }: { change: ChangeView; now: string }) {
  return (
    <Link to={paths.change(change.changeId)} className="line">
      <span className="line-main">
        <span className="line-title">{change.title}</span>
        <span className="meta">
          <ChannelTag channel={change.channel} />
          <Ago at={change.stateAt} now={now} />
        </span>
      </span>
      <InlineStack gap="300" blockAlign="center" align="end">
        <PriceChange from={change.oldPrice} to={change.newPrice} />
        <StateBadge state={change.state} />
      </InlineStack>
    </Link>
  );
}
