import { Link } from "@remix-run/react";
import type { OverviewView } from "@calibr/shared/ports/shop-views";
import { countWords } from "../copy/money.ts";
import { paths } from "../http/paths.ts";

/** Four numbers, each a way into the list behind it. */
export function StatTiles({ counts }: { counts: OverviewView["counts"] }) {
  const tiles = [
    {
      label: "Waiting for you",
      value: counts.waitingForApproval,
      url: paths.approvals(),
      tone: "attention",
    },
    { label: "On their way", value: counts.onTheirWay, url: paths.activity(), tone: "moving" },
    {
      label: "Live in 24 hours",
      value: counts.live24h,
      url: paths.activity({ state: "live" }),
      tone: "good",
    },
    {
      label: "Need a look",
      value: counts.needAttention,
      url: paths.activity({ state: "failed" }),
      tone: "bad",
    },
  ] as const;
  return (
    <ul className="tiles">
      {tiles.map((tile) => (
        <li key={tile.label}>
          <Link to={tile.url} className="tile" data-tone={tile.value > 0 ? tile.tone : "calm"}>
            <span className="tile-label">{tile.label}</span>
            <span className="tile-value">{countWords(tile.value)}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
