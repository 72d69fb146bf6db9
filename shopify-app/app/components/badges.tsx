import { Badge } from "@shopify/polaris";
import type { Channel } from "@calibr/shared/core/channel";
import type { PriceChangeState } from "@calibr/shared/core/changes/states";
import { CHANNEL_NAMES } from "../copy/channels.ts";
import { STATE_WORDS } from "../copy/states.ts";

/** Where a listing is sold. A shape beside the word, so that colour is never alone. */
export function ChannelTag({ channel }: { channel: Channel }) {
  return (
    <span className="channel-tag" data-channel={channel}>
      {CHANNEL_NAMES[channel]}
    </span>
  );
}

/** Where a price change stands. */
export function StateBadge({ state }: { state: PriceChangeState }) {
  const { label, tone } = STATE_WORDS[state];
  return tone === null ? <Badge>{label}</Badge> : <Badge tone={tone}>{label}</Badge>;
}
