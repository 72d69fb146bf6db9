import type { SettingsStore, ShopSettings, StoredRule } from "../../ports/settings-store.ts";
import { invariant } from "../../core/assert.ts";
import { jsonText } from "./json-text.ts";
import type { QueryClient } from "./query-client.ts";

// Cautious until the merchant says otherwise: every price waits for a person.
const DEFAULT_SETTINGS: ShopSettings = {
  approvalMode: "ask",
  autoMaxMoveBps: 500,
  isPaused: false,
};

/** Shop-wide settings and rules as rows. */
export function createSettingsStore(client: QueryClient): SettingsStore {
  return {
    async read() {
      const answer = await client.query<{
        approval_mode: "ask" | "auto";
        auto_max_move_bps: number;
        is_paused: boolean;
      }>(
        "SELECT approval_mode, auto_max_move_bps, is_paused FROM shop_settings WHERE shop_id = current_shop()",
      );
      const row = answer.rows[0];
      return row === undefined
        ? DEFAULT_SETTINGS
        : {
            approvalMode: row.approval_mode,
            autoMaxMoveBps: row.auto_max_move_bps,
            isPaused: row.is_paused,
          };
    },
    async write(settings) {
      await client.query(
        `INSERT INTO shop_settings (shop_id, approval_mode, auto_max_move_bps, is_paused) VALUES (current_shop(), $1, $2, $3)
         ON CONFLICT (shop_id) DO UPDATE SET approval_mode = excluded.approval_mode,
           auto_max_move_bps = excluded.auto_max_move_bps, is_paused = excluded.is_paused`,
        [settings.approvalMode, settings.autoMaxMoveBps, settings.isPaused],
      );
    },
    async rules() {
      const answer = await client.query<StoredRule>(
        "SELECT channel, version, name, body FROM rule WHERE shop_id = current_shop() ORDER BY channel",
      );
      return answer.rows;
    },
    async saveRule(rule, at) {
      const answer = await client.query<{ version: number }>(
        `INSERT INTO rule (shop_id, channel, version, name, body, updated_at)
         VALUES (current_shop(), $1, 1, $2, jsonb_set($3::jsonb, '{version}', '1'), $4)
         ON CONFLICT (shop_id, channel) DO UPDATE SET version = rule.version + 1, name = excluded.name,
           body = jsonb_set(excluded.body, '{version}', to_jsonb(rule.version + 1)), updated_at = excluded.updated_at
         RETURNING version`,
        [rule.channel, rule.name, jsonText(rule.body), at],
      );
      const version = answer.rows[0]?.version;
      invariant(version !== undefined, "a saved rule has a version");
      return version;
    },
  };
}
