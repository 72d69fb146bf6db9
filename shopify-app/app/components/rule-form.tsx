import { BlockStack, Card, FormLayout, Select, Text, TextField } from "@shopify/polaris";
import type { Channel } from "@calibr/shared/core/channel";
import { CHANNEL_NAMES } from "../copy/channels.ts";
import type { RuleValues } from "./rule-values.ts";
import { SaveBar } from "./save-bar.tsx";
import { useSettingsForm } from "./use-settings-form.ts";

interface RuleFormProps {
  readonly channel: Channel;
  readonly version: number;
  readonly saved: RuleValues;
  readonly currency: string;
  readonly isLocked: boolean;
  readonly onDirty: (isDirty: boolean) => void;
}

/** The pricing rule of one channel. */
export function RuleForm(props: RuleFormProps) {
  const { channel, currency } = props;
  const form = useSettingsForm({
    saved: props.saved,
    fixed: { intent: `rule_${channel}`, currency },
    onDirty: props.onDirty,
  });
  const field = (name: keyof RuleValues) => ({
    value: form.values[name],
    onChange: form.set(name),
    error: form.problemOf(name),
    disabled: props.isLocked,
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
          <Text as="h3" variant="headingSm">
            {channel === "amazon" ? "Amazon answers the market" : "Shopify follows Amazon"}
          </Text>
          {channel === "amazon" ? (
            <AnswerFields field={field} currency={currency} />
          ) : (
            <FollowFields field={field} />
          )}
          <LimitFields field={field} channel={channel} />
          <Text
            as="p"
            tone="subdued"
            variant="bodySm"
          >{`Version ${props.version}. Every decision keeps the version it was made with.`}</Text>
        </BlockStack>
        {/* Enter in any field saves. */}
        <button type="submit" className="visually-hidden" tabIndex={-1} aria-hidden="true" />
      </form>
      <SaveBar
        id={`rule-${channel}-save-bar`}
        isOpen={form.isDirty}
        isSaving={form.isSaving}
        onSave={form.save}
        onDiscard={form.discard}
      />
    </Card>
  );
}

type FieldOf = (name: keyof RuleValues) => {
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
  disabled: boolean;
};

function AnswerFields({ field, currency }: { field: FieldOf; currency: string }) {
  const strategy = field("strategy");
  return (
    <FormLayout>
      <FormLayout.Group>
        <Select
          label="Strategy"
          options={[
            { label: "Match", value: "match" },
            { label: "Go below by", value: "beat" },
          ]}
          {...strategy}
        />
        <Select
          label="Which offer"
          options={[
            { label: "The featured offer", value: "featured" },
            { label: "The lowest offer", value: "lowest" },
          ]}
          {...field("target")}
        />
        {strategy.value === "beat" && (
          <TextField
            label="Amount below"
            suffix={currency}
            inputMode="decimal"
            autoComplete="off"
            {...field("beatBy")}
          />
        )}
      </FormLayout.Group>
    </FormLayout>
  );
}

function FollowFields({ field }: { field: FieldOf }) {
  return (
    <div className="field-short">
      <TextField
        label="Difference to the Amazon price"
        suffix="%"
        inputMode="text"
        autoComplete="off"
        helpText="0 is the same price, -5 is five percent below. From 0 up, your store is never cheaper than Amazon."
        {...field("offset")}
      />
    </div>
  );
}

function LimitFields({ field, channel }: { field: FieldOf; channel: Channel }) {
  return (
    <FormLayout>
      <FormLayout.Group>
        <TextField
          label="Least margin"
          suffix="%"
          inputMode="decimal"
          autoComplete="off"
          helpText={`Of the price, after cost and ${CHANNEL_NAMES[channel]}’s fees.`}
          {...field("minMargin")}
        />
        <TextField
          label="Largest single move"
          suffix="%"
          inputMode="decimal"
          autoComplete="off"
          placeholder="No limit"
          helpText="Larger moves are made in steps. Blank: no limit."
          {...field("maxStep")}
        />
      </FormLayout.Group>
    </FormLayout>
  );
}
