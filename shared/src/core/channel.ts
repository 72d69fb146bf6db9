/** A place where prices are published. Each later channel adds one word here and one folder. */
export type Channel = "amazon" | "shopify";

/** All channels, in the order in which pages show them. */
export const CHANNELS = ["amazon", "shopify"] as const satisfies readonly Channel[];

/** Reads a channel word from outside; null when we do not know it. */
export function parseChannel(value: unknown): Channel | null {
  return CHANNELS.find((channel) => channel === value) ?? null;
}
