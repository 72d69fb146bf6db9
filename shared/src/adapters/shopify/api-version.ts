/**
 * The one Admin API version we speak. The client, the generated types and shopify.app.toml name the same;
 * a test compares them. Stable since 2026-10-01, served for about twelve months.
 */
export const API_VERSION = "2026-10";
