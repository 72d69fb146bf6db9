import { Link } from "@remix-run/react";
import { Card, Text } from "@shopify/polaris";
import type { OverviewView } from "@calibr/shared/ports/shop-views";
import { countWords } from "../copy/money.ts";
import { reasonTitle } from "../copy/reasons.ts";
import { paths } from "../http/paths.ts";

const SHOWN_MAX = 6;

/** Why listings keep their price: the most common reasons first. */
export function HeldCard({ holds }: { holds: OverviewView["counts"]["holds"] }) {
  if (holds.length === 0) return null;
  const sorted = holds.toSorted((left, right) => right.listings - left.listings);
  const most = sorted[0]?.listings ?? 1;
  return (
    <Card padding="0">
      <div className="card-head">
        <Text as="h2" variant="headingMd">
          Prices held, and why
        </Text>
        <Link to={paths.products({ filter: "held" })}>See products</Link>
      </div>
      <ul className="bars">
        {sorted.slice(0, SHOWN_MAX).map((hold) => (
          <li key={hold.reasonCode}>
            <span>{reasonTitle(hold.reasonCode)}</span>
            <span className="bar" aria-hidden="true">
              <span style={{ width: `${Math.max(2, (hold.listings / most) * 100)}%` }} />
            </span>
            <span className="price">{countWords(hold.listings)}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
