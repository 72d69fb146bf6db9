import { Text } from "@shopify/polaris";
import type { ListingView, ProductView } from "@calibr/shared/ports/shop-views";
import { CHANNEL_NAMES } from "../copy/channels.ts";
import { moneyWords } from "../copy/money.ts";
import { instantWords, shortInstantWords, zoneWords } from "../copy/time.ts";
import {
  chartPath,
  chartScale,
  type ChartScale,
  type ChartSeries,
  chartY,
} from "./chart-geometry.ts";
import { listingNote } from "./listing-names.ts";
import { useTimeZone } from "./time-zone.tsx";

type History = ProductView["history"];
type Kind = History[number]["kind"];

// The table says what the picture says; more rows than this are no help to anybody.
const TABLE_ROWS_MAX = 60;

interface NamedSeries extends ChartSeries {
  readonly name: string;
  readonly style: string;
}

/** What the item and its rivals cost over time, as one picture and one table. */
export function PriceHistory(props: {
  history: History;
  listings: readonly ListingView[];
  now: string;
}) {
  const zone = useTimeZone();
  const currency = mainCurrency(props.history);
  const shown = props.history.filter((point) => point.price.currency === currency);
  const series = toSeries(shown, props.listings);
  const scale = chartScale(series, Date.parse(props.now));
  if (scale === null || currency === null) {
    return (
      <Text as="p" tone="subdued">
        The first prices appear here after the next import or market check.
      </Text>
    );
  }
  const from = new Date(scale.fromMs).toISOString();
  const until = new Date(scale.untilMs).toISOString();
  const label = (minor: number) => moneyWords({ amountMinor: String(minor), currency });
  return (
    <figure className="chart">
      <div className="chart-box" aria-hidden="true">
        {scale.ticksMinor.map((minor) => (
          <span key={minor} className="chart-tick" style={{ top: `${chartY(scale, minor)}%` }}>
            <span>{label(minor)}</span>
          </span>
        ))}
        <div className="chart-plot">
          <Plot series={series} scale={scale} />
        </div>
      </div>
      <div className="chart-times" aria-hidden="true">
        <span>{shortInstantWords(from, zone)}</span>
        <span>{`${shortInstantWords(until, zone)} ${zoneWords(until, zone)}`}</span>
      </div>
      <figcaption className="chart-legend">
        {series.map((each) => (
          <span key={each.key} data-style={each.style}>
            {each.name}
          </span>
        ))}
      </figcaption>
      <HistoryTable history={shown} series={series} />
    </figure>
  );
}

function Plot({ series, scale }: { series: readonly NamedSeries[]; scale: ChartScale }) {
  return (
    <svg viewBox="0 0 100 100" preserveAspectRatio="none">
      {series.map((each) => (
        <path
          key={each.key}
          d={chartPath(scale, each.points)}
          data-style={each.style}
          vectorEffect="non-scaling-stroke"
        />
      ))}
    </svg>
  );
}

function HistoryTable({ history, series }: { history: History; series: readonly NamedSeries[] }) {
  const zone = useTimeZone();
  const names = new Map(series.map((each) => [each.key, each.name]));
  const latest = history
    .toSorted((left, right) => Date.parse(right.at) - Date.parse(left.at))
    .slice(0, TABLE_ROWS_MAX);
  return (
    <table className="visually-hidden">
      <caption>Price history, newest first</caption>
      <thead>
        <tr>
          <th scope="col">Seen</th>
          <th scope="col">What</th>
          <th scope="col">Price</th>
        </tr>
      </thead>
      <tbody>
        {latest.map((point, place) => (
          <tr key={`${point.listingId}-${point.kind}-${point.at}-${place}`}>
            <td>{instantWords(point.at, zone)}</td>
            <td>{names.get(`${point.listingId} ${point.kind}`)}</td>
            <td>{moneyWords(point.price)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const KIND_NAMES: Readonly<Record<Kind, string>> = {
  own: "Your price",
  featured: "Featured offer",
  lowest: "Lowest offer",
};

function toSeries(history: History, listings: readonly ListingView[]): NamedSeries[] {
  const groups = Map.groupBy(history, (point) => `${point.listingId} ${point.kind}`);
  return [...groups].flatMap(([key, points]) => {
    const [first] = points;
    const listing = listings.find((each) => each.listingId === first?.listingId);
    if (first === undefined || listing === undefined) return [];
    const channel = CHANNEL_NAMES[listing.channel];
    return {
      key,
      name: `${first.kind === "own" ? `${KIND_NAMES.own}, ${channel}` : KIND_NAMES[first.kind]}${listingNote(listing, listings)}`,
      style: first.kind === "own" ? `own-${listing.channel}` : first.kind,
      points: points
        .map((point) => ({
          atMs: Date.parse(point.at),
          minor: Number.parseInt(point.price.amountMinor, 10),
        }))
        .toSorted((left, right) => left.atMs - right.atMs),
    };
  });
}

/** Most prices of an item are in one currency; the picture shows that one. */
function mainCurrency(history: History): string | null {
  const counts = Map.groupBy(history, (point) => point.price.currency);
  const [most] = [...counts].toSorted(([, left], [, right]) => right.length - left.length);
  return most?.[0] ?? null;
}
