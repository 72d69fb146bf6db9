import { LEGAL_MOVES, type PriceChangeState } from "../core/changes/states.ts";
import type { ListingId } from "../core/ids.ts";
import type { QueryClient } from "../adapters/postgres/query-client.ts";

/** Columns of a price change a test may want to forge; the rest is as the engine would write it. */
export interface ForgedChange {
  readonly version: number;
  readonly origin: string;
  readonly reverts_change_id: string | null;
  readonly old_minor: number;
  readonly new_minor: number;
  readonly floor_minor: number;
  readonly ceiling_minor: number | null;
  readonly state: string;
  readonly state_actor: string;
  readonly state_facts: string;
}

/** Inserts a price change as plain SQL, past every store. Valid by default: 30.00 → 29.00 between 20.00 and 45.00. */
export async function insertChange(
  client: QueryClient,
  listingId: ListingId,
  forged: Partial<ForgedChange> = {},
): Promise<string> {
  const row = {
    origin: "engine",
    reverts_change_id: null,
    old_minor: 3_000,
    new_minor: 2_900,
    floor_minor: 2_000,
    ceiling_minor: 4_500,
    state: "proposed",
    state_actor: "engine",
    state_facts: "{}",
    ...forged,
  };
  const answer = await client.query<{ change_id: string }>(
    `INSERT INTO price_change (shop_id, listing_id, version, origin, reverts_change_id, old_minor, new_minor, currency, floor_minor,
        ceiling_minor, reasons, inputs_hash, event_at, state, state_at, state_actor, state_facts, proposed_at)
     VALUES (current_shop(), $1, coalesce($2::int, (SELECT 1 + coalesce(max(version), 0) FROM price_change
        WHERE shop_id = current_shop() AND listing_id = $1)), $3, $4, $5, $6, 'USD', $7, $8, '[]', '\\x00', now(), $9, now(), $10, $11, now())
     RETURNING change_id`,
    [
      listingId,
      row.version ?? null,
      row.origin,
      row.reverts_change_id,
      row.old_minor,
      row.new_minor,
      row.floor_minor,
      row.ceiling_minor,
      row.state,
      row.state_actor,
      row.state_facts,
    ],
  );
  const changeId = answer.rows[0]?.change_id;
  if (changeId === undefined) throw new Error("the change was not stored");
  return changeId;
}

/** Moves a change as plain SQL. */
export async function moveChange(
  client: QueryClient,
  changeId: string,
  move: { to: string; actor?: string; facts?: string },
): Promise<void> {
  await client.query(
    "UPDATE price_change SET state = $2, state_at = now(), state_actor = $3, state_code = NULL, state_facts = $4 WHERE change_id = $1",
    [changeId, move.to, move.actor ?? rightfulActor(move.to), move.facts ?? "{}"],
  );
}

/** Walks a fresh proposal by legal moves to a state. */
export async function walkTo(
  client: QueryClient,
  changeId: string,
  state: PriceChangeState,
): Promise<void> {
  for (const step of pathTo(state)) await moveChange(client, changeId, { to: step });
}

function rightfulActor(to: string): string {
  if (to === "approved") return "person";
  return to === "live" ? "channel" : "worker";
}

/** The states after `proposed` on the shortest way to a state. */
function pathTo(state: PriceChangeState): PriceChangeState[] {
  const ways: PriceChangeState[][] = [["proposed"]];
  for (const way of ways) {
    const last = way.at(-1);
    if (last === undefined || last === state) return way.slice(1);
    for (const next of LEGAL_MOVES[last]) if (!way.includes(next)) ways.push([...way, next]);
  }
  throw new Error(`no way leads to ${state}`);
}
