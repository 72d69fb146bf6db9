// Made by scripts/codegen.ts from documents/variants-bulk-update.ts and Shopify's Admin schema 2026-10. Do not edit.

export interface VariantsBulkUpdateVariables {
  readonly productId: string;
  readonly variants: readonly ProductVariantsBulkInput[];
}

export interface VariantsBulkUpdateResult {
  readonly productVariantsBulkUpdate: {
    readonly productVariants: readonly { readonly id: string; readonly price: string }[] | null;
    readonly userErrors: readonly {
      readonly field: readonly string[] | null;
      readonly message: string;
      readonly code:
        | (
            | "BLANK"
            | "CANNOT_SET_NAME_FOR_LINKED_OPTION_VALUE"
            | "CANNOT_SPECIFY_BOTH"
            | "GREATER_THAN_OR_EQUAL_TO"
            | "INVALID_INPUT"
            | "INVALID_VALUE"
            | "INVENTORY_QUANTITIES_LIMIT_EXCEEDED"
            | "LOCAL_CURRENCY_GIFT_CARD_PRICE_MUST_BE_ZERO"
            | "MUST_BE_FOR_THIS_PRODUCT"
            | "MUST_SPECIFY_ONE_OF_PAIR"
            | "NEED_TO_ADD_OPTION_VALUES"
            | "NEGATIVE_PRICE_VALUE"
            | "NOT_DEFINED_FOR_SHOP"
            | "NO_INVENTORY_QUANTITES_DURING_UPDATE"
            | "NO_INVENTORY_QUANTITIES_ON_VARIANTS_UPDATE"
            | "OPTION_DOES_NOT_EXIST"
            | "OPTION_VALUES_FOR_NUMBER_OF_UNKNOWN_OPTIONS"
            | "OPTION_VALUE_DOES_NOT_EXIST"
            | "OPTION_VALUE_NAME_TOO_LONG"
            | "PRODUCT_DOES_NOT_EXIST"
            | "PRODUCT_SUSPENDED"
            | "PRODUCT_VARIANT_DOES_NOT_EXIST"
            | "PRODUCT_VARIANT_ID_MISSING"
            | "SUBSCRIPTION_VIOLATION"
            | "TOO_LONG"
            | "TOO_SHORT"
            | "UNSUPPORTED_COMBINED_LISTING_PARENT_OPERATION"
            | "VARIANT_ALREADY_EXISTS"
          )
        | null;
    }[];
  } | null;
}

export interface ProductVariantsBulkInput {
  readonly barcode?: string | null;
  readonly compareAtPrice?: string | null;
  readonly id?: string | null;
  readonly inventoryItem?: InventoryItemInput | null;
  readonly inventoryPolicy?: ("CONTINUE" | "DENY") | null;
  readonly inventoryQuantities?: readonly InventoryLevelInput[] | null;
  readonly mediaId?: string | null;
  readonly mediaSrc?: readonly string[] | null;
  readonly metafields?: readonly MetafieldInput[] | null;
  readonly optionValues?: readonly VariantOptionValueInput[] | null;
  readonly price?: string | null;
  readonly published?: boolean | null;
  readonly quantityAdjustments?: readonly InventoryAdjustmentInput[] | null;
  readonly requiresComponents?: boolean | null;
  readonly showUnitPrice?: boolean | null;
  readonly taxCode?: string | null;
  readonly taxable?: boolean | null;
  readonly unitPriceMeasurement?: UnitPriceMeasurementInput | null;
}

export interface InventoryItemInput {
  readonly cost?: string | null;
  readonly countryCodeOfOrigin?: string | null;
  readonly countryHarmonizedSystemCodes?: readonly CountryHarmonizedSystemCodeInput[] | null;
  readonly harmonizedSystemCode?: string | null;
  readonly measurement?: InventoryItemMeasurementInput | null;
  readonly provinceCodeOfOrigin?: string | null;
  readonly requiresShipping?: boolean | null;
  readonly sku?: string | null;
  readonly tracked?: boolean | null;
}

export interface InventoryLevelInput {
  readonly availableQuantity: number;
  readonly locationId: string;
}

export interface MetafieldInput {
  readonly id?: string | null;
  readonly key?: string | null;
  readonly namespace?: string | null;
  readonly type?: string | null;
  readonly value?: string | null;
}

export interface VariantOptionValueInput {
  readonly id?: string | null;
  readonly linkedMetafieldValue?: string | null;
  readonly name?: string | null;
  readonly optionId?: string | null;
  readonly optionName?: string | null;
}

export interface InventoryAdjustmentInput {
  readonly adjustment?: number | null;
  readonly changeFromQuantity?: number | null;
  readonly locationId: string;
}

export interface UnitPriceMeasurementInput {
  readonly quantityUnit?:
    | (
        | "CL"
        | "CM"
        | "FLOZ"
        | "FT"
        | "FT2"
        | "G"
        | "GAL"
        | "IN"
        | "ITEM"
        | "KG"
        | "L"
        | "LB"
        | "M"
        | "M2"
        | "M3"
        | "MG"
        | "ML"
        | "MM"
        | "OZ"
        | "PT"
        | "QT"
        | "UNKNOWN"
        | "YD"
      )
    | null;
  readonly quantityValue?: number | null;
  readonly referenceUnit?:
    | (
        | "CL"
        | "CM"
        | "FLOZ"
        | "FT"
        | "FT2"
        | "G"
        | "GAL"
        | "IN"
        | "ITEM"
        | "KG"
        | "L"
        | "LB"
        | "M"
        | "M2"
        | "M3"
        | "MG"
        | "ML"
        | "MM"
        | "OZ"
        | "PT"
        | "QT"
        | "UNKNOWN"
        | "YD"
      )
    | null;
  readonly referenceValue?: number | null;
}

export interface CountryHarmonizedSystemCodeInput {
  readonly countryCode?: string | null;
  readonly harmonizedSystemCode: string;
}

export interface InventoryItemMeasurementInput {
  readonly shippingPackageId?: string | null;
  readonly weight?: WeightInput | null;
}

export interface WeightInput {
  readonly unit: "GRAMS" | "KILOGRAMS" | "OUNCES" | "POUNDS";
  readonly value: number;
}
