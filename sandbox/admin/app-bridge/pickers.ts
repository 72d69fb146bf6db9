import type { ShopifyGlobal } from "@shopify/app-bridge-types";
import { ask } from "./shell-link.ts";

type ResourcePicker = ShopifyGlobal["resourcePicker"];
type ResourcePickerAnswer = Awaited<ReturnType<ResourcePicker>>;

/** `shopify.resourcePicker`: answers the chosen resources, or undefined when it was cancelled. */
export const resourcePicker: ResourcePicker = async (options) => {
  if (options.type === "collection") {
    throw new Error("resourcePicker: collections are not part of this stand-in");
  }
  const chosen = await ask<"pick-resources">({
    kind: "pick-resources",
    resource: options.type === "variant" ? "variant" : "product",
    search: options.query ?? "",
    selectedIds: (options.selectionIds ?? []).flatMap((resource) => [
      resource.id,
      ...(resource.variants ?? []).map((variant) => variant.id),
    ]),
    limit: selectionLimit(options.multiple),
    confirmLabel: options.action === "select" ? "Select" : "Add",
  });
  if (chosen === null) return undefined;
  // The library's type carries a deprecated `selection` property that repeats the array itself.
  const selection: object = Object.assign(chosen.selection, { selection: chosen.selection });
  return selection as NonNullable<ResourcePickerAnswer> as never;
};

/** `shopify.picker`: the same dialog over rows that the app brings along. */
export const picker: ShopifyGlobal["picker"] = (options) => {
  const answer = ask<"pick-rows">({
    kind: "pick-rows",
    heading: options.heading,
    limit: selectionLimit(options.multiple),
    rows: options.items.map((item) => ({
      id: item.id,
      heading: item.heading,
      details: (item.data ?? []).map((value) => String(value ?? "")),
      imageUrl: item.thumbnail?.url ?? null,
      isDisabled: item.disabled ?? false,
      isSelected: item.selected ?? false,
    })),
  });
  return Promise.resolve({ selected: answer.then((chosen) => chosen?.selectedIds) });
};

/** null for "as many as one likes". */
function selectionLimit(multiple: boolean | number | undefined): number | null {
  if (multiple === true) return null;
  return typeof multiple === "number" ? multiple : 1;
}
