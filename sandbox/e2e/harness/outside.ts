import type { Subject } from "../../spine/subjects.ts";
import type { Stack } from "../../stack/stack.ts";

/** What both channels themselves show for a product, in minor units. */
export async function shownOutside(
  stack: Stack,
  subject: Pick<Subject, "sku">,
): Promise<{ amazon: number; shopify: number }> {
  const { sku } = subject;
  const amazon = await stack.control<{ shownMinor: number }>("amazon", "sku", { sku });
  const shopify = await stack.control<{ price: string }>("shopify", "variant", { sku });
  return { amazon: amazon.shownMinor, shopify: Math.round(Number(shopify.price) * 100) };
}

/** An amount as the pages write it: 11172 is "$111.72". */
export function dollars(minor: number): string {
  return new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" }).format(minor / 100);
}
