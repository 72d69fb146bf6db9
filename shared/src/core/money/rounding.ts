/**
 * How a division that does not come out even is settled. `up` and `down` follow the number line
 * (towards +∞ and −∞), so that a floor rounded up is never lower and a ceiling rounded down is never
 * higher, also for negative amounts. `half-even` is banker's rounding.
 */
export type Rounding = "up" | "down" | "half-even";

/**
 * Exact integer division with a named rounding.
 *
 * Example: `divide(5n, 2n, "up")` is 3n, `divide(-5n, 2n, "up")` is -2n.
 * @throws RangeError when dividing by zero.
 */
export function divide(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  if (denominator === 0n) throw new RangeError(`Cannot divide ${numerator} by zero.`);
  const [top, bottom] = denominator < 0n ? [-numerator, -denominator] : [numerator, denominator];
  const remainder = ((top % bottom) + bottom) % bottom;
  const below = (top - remainder) / bottom;
  if (remainder === 0n) return below;
  switch (rounding) {
    case "up":
      return below + 1n;
    case "down":
      return below;
    case "half-even": {
      const twice = remainder * 2n;
      if (twice === bottom) return below % 2n === 0n ? below : below + 1n;
      return twice > bottom ? below + 1n : below;
    }
  }
}
