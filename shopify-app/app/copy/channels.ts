import type { Channel } from "@calibr/shared/core/channel";

export const CHANNEL_NAMES: Readonly<Record<Channel, string>> = {
  amazon: "Amazon",
  shopify: "Shopify",
};
