import * as read from "../json/decode.ts";
import { moneyDecoder } from "../money/money-decoder.ts";
import type { BuyBoxSight, BuyBoxTrail } from "./buy-box.ts";

const sightsDecoder = read.list(
  read.object<BuyBoxSight>({
    at: read.instant,
    state: read.oneOf(["won", "lost", "suppressed", "none"]),
    winnerId: read.nullable(read.text),
    landed: read.nullable(moneyDecoder),
  }),
);

/** A trail from what is stored of it. @throws DecodeError naming the field that is wrong. */
export function toBuyBoxTrail(since: Date, sights: unknown): BuyBoxTrail {
  return { since, sights: sightsDecoder(sights, "sights") };
}
