/** What the merchant chose for the whole shop. */
export interface ShopSettings {
  readonly approvalMode: "ask" | "auto";
  /** Largest move that policy may approve alone, basis points of the old price. */
  readonly autoMaxMoveBps: number;
  /** True stops every push of the shop. */
  readonly isPaused: boolean;
}

/** A channel's rule as stored; the body is parsed by core/pricing. */
export interface StoredRule {
  readonly channel: "amazon" | "shopify";
  readonly version: number;
  readonly name: string;
  readonly body: unknown;
}

/** Shop-wide settings and rules. */
export interface SettingsStore {
  /** Settings, or the defaults when the shop has none yet. */
  read(): Promise<ShopSettings>;
  write(settings: ShopSettings): Promise<void>;
  rules(): Promise<StoredRule[]>;
  /** Stores a rule's new body under the next version. @returns the version. */
  saveRule(
    rule: { channel: "amazon" | "shopify"; name: string; body: unknown },
    at: Date,
  ): Promise<number>;
}
