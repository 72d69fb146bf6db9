import type { MoneyJson } from "@calibr/shared/core/money/money-json";
import { moneyWords, priceMove } from "../copy/money.ts";

/** One amount with digits of one width, so that columns line up. */
export function Price({
  amount,
  isStrong = false,
}: {
  amount: MoneyJson | null;
  isStrong?: boolean;
}) {
  return <span className={isStrong ? "price price-strong" : "price"}>{moneyWords(amount)}</span>;
}

/** Old price, arrow, new price and the size of the move. */
export function PriceChange({ from, to }: { from: MoneyJson; to: MoneyJson }) {
  const move = priceMove(from, to);
  return (
    <span className="price-change">
      <span className="price-pair">
        <span className="price-old">
          <span className="visually-hidden">from </span>
          {moneyWords(from)}
        </span>
        <span aria-hidden="true" className="price-arrow">
          →
        </span>
        <span className="price price-strong">
          <span className="visually-hidden">to </span>
          {moneyWords(to)}
        </span>
      </span>
      {move !== null && move.direction !== "same" && (
        <span className="price-delta" data-direction={move.direction}>
          {move.percent}
        </span>
      )}
    </span>
  );
}

/** The walls of a price: "$12.00 – $24.00". */
export function PriceRange({
  floor,
  ceiling,
}: {
  floor: MoneyJson | null;
  ceiling: MoneyJson | null;
}) {
  return (
    <span className="price price-range">
      <span className="visually-hidden">floor </span>
      {moneyWords(floor)} <span aria-hidden="true">–</span>
      <span className="visually-hidden"> ceiling </span>{" "}
      {ceiling === null ? "no ceiling" : moneyWords(ceiling)}
    </span>
  );
}
