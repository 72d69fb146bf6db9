/**
 * Our own content security directives, beside the frame-ancestors that Shopify's library writes per shop.
 *
 * Scripts run only from our own files, from Shopify's CDN (App Bridge) and inline with this document's
 * nonce. Connections, frames and images are left open on purpose: App Bridge talks to Shopify hosts that
 * Shopify does not promise to keep.
 */
export function contentSecurityPolicy(policy: {
  /** What the library wrote, such as `frame-ancestors https://shop.example;`; null without a known shop. */
  frameAncestors: string | null;
  nonce: string;
}): string {
  const ancestors = policy.frameAncestors?.trim().replace(/;$/, "") ?? "frame-ancestors 'none'";
  return [
    ancestors,
    `script-src 'self' 'nonce-${policy.nonce}' https://cdn.shopify.com`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join("; ");
}
