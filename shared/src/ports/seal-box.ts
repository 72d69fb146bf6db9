/**
 * Seals secrets at rest. The purpose is bound to the sealed text, so that a text moved to another row
 * cannot be opened there.
 */
export interface SealBox {
  /** Seals `secret` for one purpose, such as `shop:3|amazon_refresh_token`. */
  seal(secret: string, purpose: string): string;
  /** Opens what `seal` made. @throws AppError seal_unreadable when key, purpose or text do not fit. */
  open(sealed: string, purpose: string): string;
}
