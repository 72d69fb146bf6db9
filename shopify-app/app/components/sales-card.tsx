import { BlockStack, Card, Text } from "@shopify/polaris";
import { formatMoney } from "@calibr/shared/core/money/format-money";
import { moneyFromJson } from "@calibr/shared/core/money/money-json";
import type { SalesDayView } from "@calibr/shared/ports/market-views";
import { countWords, moneyWords, plural } from "../copy/money.ts";
import { dateWords } from "../copy/time.ts";

/** Units and revenue of the last 30 days. A day that is not known stays open: a gap is no zero. */
export function SalesCard({ name, sales }: { name: string; sales: readonly SalesDayView[] }) {
  const known = sales.filter((day) => day.units !== null);
  if (known.length === 0) return null;
  const units = known.reduce((sum, day) => sum + (day.units ?? 0), 0);
  const most = Math.max(1, ...known.map((day) => day.units ?? 0));
  const gaps = sales.length - known.length;
  return (
    <Card>
      <BlockStack gap="300">
        <div className="listing-head">
          <Text as="h2" variant="headingMd">{`Sales ${name}`}</Text>
          <span className="quiet whole">Last 30 days</span>
        </div>
        <p>
          <strong>{plural(units, "unit")}</strong>
          {revenueWords(known)}
          {gaps > 0 && <span className="quiet">{`; ${plural(gaps, "day")} not known yet`}</span>}
        </p>
        {units > 0 && <Bars sales={sales} most={most} />}
        <SalesTable sales={sales} />
      </BlockStack>
    </Card>
  );
}

function Bars({ sales, most }: { sales: readonly SalesDayView[]; most: number }) {
  const [first, last] = [sales[0]?.day, sales.at(-1)?.day];
  return (
    <>
      <div className="day-bars" aria-hidden="true">
        {sales.map((day) => (
          <span key={day.day} data-known={day.units !== null} data-open={!day.isComplete}>
            <span style={{ height: `${((day.units ?? 0) / most) * 100}%` }} />
          </span>
        ))}
      </div>
      <div className="chart-days" aria-hidden="true">
        <span>{first === undefined ? "" : dateWords(first)}</span>
        <span>{last === undefined ? "" : dateWords(last)}</span>
      </div>
    </>
  );
}

/** The revenue of all known days; nothing while a price of one of them is not known. */
function revenueWords(known: readonly SalesDayView[]): string {
  const amounts = known.map((day) => (day.revenue === null ? null : moneyFromJson(day.revenue)));
  const [first] = amounts;
  if (first == null) return "";
  let sum = 0n;
  for (const amount of amounts) {
    if (amount?.currency !== first.currency) return "";
    sum += amount.amountMinor;
  }
  return `, ${formatMoney({ amountMinor: sum, currency: first.currency }, "en-US")}`;
}

function SalesTable({ sales }: { sales: readonly SalesDayView[] }) {
  return (
    <table className="visually-hidden">
      <caption>Sales day by day</caption>
      <thead>
        <tr>
          <th scope="col">Day</th>
          <th scope="col">Units</th>
          <th scope="col">Revenue</th>
        </tr>
      </thead>
      <tbody>
        {sales.map((day) => (
          <tr key={day.day}>
            <td>{day.day}</td>
            <td>{day.units === null ? "not known" : countWords(day.units)}</td>
            <td>{day.revenue === null ? "not known" : moneyWords(day.revenue)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
