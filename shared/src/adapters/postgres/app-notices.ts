import type { AppNotices } from "../../ports/app-notices.ts";
import { jsonText } from "./json-text.ts";
import { onConnection, type Pool } from "./pool.ts";

// Long enough for a person to look after a holiday; a broken message says little later.
const KEPT_MS = 30 * 24 * 60 * 60_000;

/** Rows that belong to no shop: what Amazon tells the application, and messages that name nobody. */
export function createAppNotices(pool: Pool): AppNotices {
  return {
    async keep(notices, receivedAt) {
      if (notices.length === 0) return;
      await onConnection(pool, (client) =>
        client.query(KEEP, [
          jsonText(
            notices.map((notice) => ({
              kind: notice.kind,
              client_id: notice.clientId,
              ends_at: notice.endsAt?.toISOString() ?? null,
              occurred_at: notice.occurredAt.toISOString(),
            })),
          ),
          receivedAt,
        ]),
      );
    },
    async setAside(messages, receivedAt) {
      if (messages.length === 0) return;
      await onConnection(pool, async (client) => {
        await client.query(SET_ASIDE, [
          jsonText(
            messages.map(({ eventId, body, problem }) => ({ event_id: eventId, body, problem })),
          ),
          receivedAt,
        ]);
        await client.query("DELETE FROM poison_message WHERE last_at < $1", [
          new Date(receivedAt.getTime() - KEPT_MS),
        ]);
      });
    },
    async secretEnd(now) {
      const answer = await onConnection(pool, (client) =>
        client.query<{ client_id: string; ends_at: Date }>(SECRET_END, [now]),
      );
      const row = answer.rows[0];
      return row === undefined ? null : { clientId: row.client_id, endsAt: row.ends_at };
    },
    async countSetAside() {
      const answer = await onConnection(pool, (client) =>
        client.query<{ count: number }>("SELECT count(*)::int AS count FROM poison_message"),
      );
      return answer.rows[0]?.count ?? 0;
    },
  };
}

const KEEP = `
  INSERT INTO app_notice AS n (kind, client_id, ends_at, occurred_at, received_at)
  SELECT DISTINCT ON (kind, client_id) kind, client_id, ends_at, occurred_at, $2
    FROM jsonb_to_recordset($1::jsonb) AS r(kind text, client_id text, ends_at timestamptz, occurred_at timestamptz)
   ORDER BY kind, client_id, occurred_at DESC
  ON CONFLICT (kind, client_id) DO UPDATE
    SET ends_at = excluded.ends_at, occurred_at = excluded.occurred_at, received_at = excluded.received_at
    WHERE n.occurred_at <= excluded.occurred_at`;

const SET_ASIDE = `
  INSERT INTO poison_message AS p (event_id, body, problem, first_at, last_at)
  SELECT DISTINCT ON (event_id) event_id, body, problem, $2, $2
    FROM jsonb_to_recordset($1::jsonb) AS r(event_id text, body text, problem text) ORDER BY event_id
  ON CONFLICT (event_id) DO UPDATE SET times = p.times + 1, last_at = greatest(p.last_at, excluded.last_at)`;

// An end that is past has either been answered by a new secret, or shows on every connection as its problem. The latest
// word on a client counts alone: once a secret is renewed, what was said of the old one is over.
const SECRET_END = `
  SELECT client_id, ends_at FROM (
    SELECT DISTINCT ON (client_id) client_id, ends_at FROM app_notice WHERE ends_at IS NOT NULL ORDER BY client_id, occurred_at DESC) latest
   WHERE ends_at > $1 ORDER BY ends_at LIMIT 1`;
