/**
 * Which outside hosts the stand-ins answer for. The preload sends these to the
 * sandbox and refuses every other one, so that no run without accounts can reach
 * a real shop or seller.
 */
const VENDOR_HOSTS: readonly RegExp[] = [
  /^[a-z0-9][a-z0-9-]*\.myshopify\.com$/,
  /^partners\.shopify\.com$/,
  // Shopify's bulk-operation results and staged uploads.
  /^(shopify-staged-uploads\.)?storage\.googleapis\.com$/,
  /^api\.amazon\.(com|co\.uk|co\.jp)$/,
  /^sellingpartnerapi-(na|eu|fe)\.amazon\.com$/,
  // Presigned feed and report documents.
  /^[a-z0-9][a-z0-9.-]*\.s3([.-][a-z0-9-]+)?\.amazonaws\.com$/,
];

export function isVendorHost(host: string): boolean {
  return VENDOR_HOSTS.some((pattern) => pattern.test(host.toLowerCase()));
}

export function isLoopbackHost(host: string): boolean {
  const bare = host.toLowerCase().replace(/^\[(.*)\]$/, "$1");
  return (
    bare === "localhost" || bare.endsWith(".localhost") || bare === "::1" || /^127\./.test(bare)
  );
}
