import { Banner, BlockStack, Card, Text, TextField } from "@shopify/polaris";
import type { ProductView } from "@calibr/shared/ports/shop-views";
import { failureWords } from "../copy/failures.ts";
import { moneyField } from "../copy/money.ts";
import { SaveBar } from "./save-bar.tsx";
import { useSettingsForm } from "./use-settings-form.ts";

const FIELDS = [
  {
    name: "cost",
    label: "Cost per unit",
    help: "What one unit costs you. Without it no price is changed.",
  },
  {
    name: "floor",
    label: "Floor",
    help: "The lowest price you accept. Blank: worked out from cost, fees and margin.",
  },
  {
    name: "ceiling",
    label: "Ceiling",
    help: "The highest price you accept. Blank: one and a half times the recent price.",
  },
  {
    name: "map",
    label: "Minimum advertised price",
    help: "If your supplier sets one. Blank: none.",
  },
] as const;

/** Cost and hand-set limits, shared by all listings of the item. */
export function ItemMoneyForm({ view }: { view: ProductView }) {
  const form = useSettingsForm({
    saved: {
      cost: moneyField(view.cost),
      floor: moneyField(view.floor),
      ceiling: moneyField(view.ceiling),
      map: moneyField(view.map),
    },
    fixed: { intent: "item_money" },
  });
  const refused = form.reply?.kind === "refused" ? failureWords(form.reply.code) : null;
  return (
    <Card>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (form.isDirty) form.save();
        }}
      >
        <BlockStack gap="300">
          <Text as="h2" variant="headingMd">
            Cost and limits
          </Text>
          {refused !== null && (
            <Banner tone="critical" title={refused.title}>
              {refused.text}
            </Banner>
          )}
          {view.currency === null && (
            <Banner tone="warning" title="Currency not known">
              <p>
                The listings of this item are in different or unknown currencies. Calibr does not
                convert, so nothing can be entered here.
              </p>
            </Banner>
          )}
          {FIELDS.map(({ name, label, help }) => (
            <TextField
              key={name}
              label={label}
              name={name}
              value={form.values[name]}
              onChange={form.set(name)}
              error={form.problemOf(name)}
              helpText={help}
              suffix={view.currency ?? undefined}
              disabled={view.currency === null}
              inputMode="decimal"
              autoComplete="off"
              placeholder={name === "cost" ? "Not known" : "Not set"}
            />
          ))}
        </BlockStack>
        {/* Enter in any field saves. */}
        <button type="submit" className="visually-hidden" tabIndex={-1} aria-hidden="true" />
      </form>
      <SaveBar
        id="item-money-save-bar"
        isOpen={form.isDirty}
        isSaving={form.isSaving}
        onSave={form.save}
        onDiscard={form.discard}
      />
    </Card>
  );
}
