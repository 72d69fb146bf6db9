import type { FrameQuestion, PickerRow, ShellAnswers } from "../messages.ts";
import type { AdminProduct, AdminVariant } from "../store-data.ts";
import { pickRows } from "./picker-dialog.ts";
import { askSandbox, shellConfig } from "./shell-config.ts";

type PickResources = Extract<FrameQuestion, { kind: "pick-resources" }>;

/** Chooses products or variants of the store and answers them as App Bridge would. */
export async function pickResources(
  question: PickResources,
): Promise<ShellAnswers["pick-resources"]> {
  const seen = new Map<string, AdminProduct>();
  const isVariants = question.resource === "variant";
  const chosen = await pickRows({
    heading: isVariants ? "Select variants" : "Select products",
    confirmLabel: question.confirmLabel,
    limit: question.limit,
    selectedIds: question.selectedIds,
    search: question.search,
    rows: async (search) => {
      const products = (await askSandbox("products", { search })) as AdminProduct[];
      for (const product of products) seen.set(product.id, product);
      return isVariants
        ? products.flatMap((product) => product.variants.map((one) => variantRow(product, one)))
        : products.map((product) => ({
            ...row(product.id, product.title, [`${product.totalInventory} in stock`]),
            imageUrl: product.imageUrl,
            children: product.variants.map((variant) =>
              row(variant.id, variant.title, variantDetails(variant)),
            ),
          }));
    },
  });
  if (chosen === null) return null;
  const products = [...seen.values()];
  const selection = isVariants
    ? products.flatMap((product) => chosenVariants(product, chosen))
    : products
        .filter((product) => chosen.has(product.id))
        .map((product) => ({ ...product, variants: chosenVariants(product, chosen) }));
  return { selection };
}

function chosenVariants(product: AdminProduct, chosen: ReadonlySet<string>): object[] {
  const { id, title, handle } = product;
  return product.variants
    .filter((variant) => chosen.has(variant.id))
    .map((variant) => ({
      ...variant,
      displayName: `${title} - ${variant.title}`,
      product: { id, title, handle },
    }));
}

function variantRow(product: AdminProduct, variant: AdminVariant): PickerRow & { children: [] } {
  const heading = `${product.title} · ${variant.title}`;
  return { ...row(variant.id, heading, variantDetails(variant)), children: [] };
}

function variantDetails(variant: AdminVariant): string[] {
  return [`${variant.inventoryQuantity} in stock`, `${variant.price} ${shellConfig.currency}`];
}

function row(id: string, heading: string, details: string[]): PickerRow {
  return { id, heading, details, imageUrl: null, isDisabled: false, isSelected: false };
}
