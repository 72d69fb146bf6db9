import type { InboxStore, StoredEvent } from "../../ports/inbox-store.ts";
import { jsonText } from "./json-text.ts";
import type { QueryClient } from "./query-client.ts";

/** Events from outside as rows, each kept once by its id. */
export function createInboxStore(client: QueryClient): InboxStore {
  return {
    async keep(events, receivedAt) {
      if (events.length === 0) return new Set();
      const answer = await client.query<{ event_id: string }>(
        `INSERT INTO inbox (shop_id, event_id, source, topic, payload, occurred_at, received_at, state, note,
                connection_id)
         SELECT current_shop(), event_id, source, topic, payload, occurred_at, $2, state, note, connection_id
           FROM jsonb_to_recordset($1::jsonb) AS r(event_id text, source text, topic text, payload jsonb,
                occurred_at timestamptz, state text, note text, connection_id bigint)
          ORDER BY event_id
         ON CONFLICT DO NOTHING RETURNING event_id`,
        [
          jsonText(
            events.map((event) => ({
              event_id: event.eventId,
              source: event.source,
              topic: event.topic,
              payload: event.payload,
              occurred_at: event.occurredAt.toISOString(),
              state: event.state,
              note: event.note,
              connection_id: event.connectionId ?? null,
            })),
          ),
          receivedAt,
        ],
      );
      return new Set(answer.rows.map((row) => row.event_id));
    },
    async claimNew(limit) {
      const answer = await client.query<{
        event_id: string;
        source: StoredEvent["source"];
        topic: string;
        payload: unknown;
        occurred_at: Date;
      }>(
        `SELECT event_id, source, topic, payload, occurred_at FROM inbox
          WHERE shop_id = current_shop() AND state = 'new' ORDER BY received_at, event_id LIMIT $1 FOR UPDATE SKIP LOCKED`,
        [limit],
      );
      return answer.rows.map((row) => ({
        eventId: row.event_id,
        source: row.source,
        topic: row.topic,
        payload: row.payload,
        occurredAt: row.occurred_at,
      }));
    },
    async finish(eventIds, state, note) {
      if (eventIds.length === 0) return;
      await client.query(
        "UPDATE inbox SET state = $2, note = $3 WHERE shop_id = current_shop() AND event_id = ANY($1::text[])",
        [eventIds, state, note],
      );
    },
  };
}
