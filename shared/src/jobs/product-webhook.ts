import { z } from "zod";

const ShopifyNumber = z.union([z.number(), z.string()]);

/**
 * What prices need of a products/create or products/update delivery; everything else in it is left unread.
 * Ids are Shopify's bare numbers.
 */
export const PRODUCT_SEEN = z.object({
  id: ShopifyNumber,
  updated_at: z.string().optional(),
  variants: z
    .array(z.object({ id: ShopifyNumber, price: z.string(), updated_at: z.string().optional() }))
    .default([]),
});

/** A products/delete delivery: only the product's number. */
export const PRODUCT_DELETED = z.object({ id: ShopifyNumber });
