import { BlockStack, Card, ChoiceList, TextField } from "@shopify/polaris";
import { bpsField } from "../copy/money.ts";
import { SaveBar } from "./save-bar.tsx";
import { useSettingsForm } from "./use-settings-form.ts";

/** Always a person, or policy for moves up to a share of the old price. */
export function PolicyForm(props: {
  mode: "ask" | "auto";
  autoMaxMoveBps: number;
  isLocked: boolean;
  onDirty: (isDirty: boolean) => void;
}) {
  const form = useSettingsForm({
    saved: { mode: props.mode, autoMaxMove: bpsField(props.autoMaxMoveBps) },
    fixed: { intent: "approval_policy" },
    onDirty: props.onDirty,
  });
  return (
    <Card>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (form.isDirty) form.save();
        }}
      >
        <BlockStack gap="300">
          <ChoiceList
            title="Approval"
            titleHidden
            disabled={props.isLocked}
            error={form.problemOf("mode")}
            selected={[form.values.mode]}
            onChange={([mode]) => form.set("mode")(mode ?? "ask")}
            choices={[
              { label: "I approve every price", value: "ask" },
              {
                label: "Small moves go out by themselves",
                value: "auto",
                helpText:
                  "Larger moves still wait for you. Floor, ceiling and the last check apply to both.",
              },
            ]}
          />
          {form.values.mode === "auto" && (
            <div className="field-short">
              <TextField
                label="Largest move without asking"
                value={form.values.autoMaxMove}
                onChange={form.set("autoMaxMove")}
                error={form.problemOf("autoMaxMove")}
                disabled={props.isLocked}
                suffix="%"
                inputMode="decimal"
                autoComplete="off"
                helpText="Of the old price, up or down."
              />
            </div>
          )}
        </BlockStack>
      </form>
      <SaveBar
        id="policy-save-bar"
        isOpen={form.isDirty}
        isSaving={form.isSaving}
        onSave={form.save}
        onDiscard={form.discard}
      />
    </Card>
  );
}
