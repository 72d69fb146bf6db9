import { Layout } from "@shopify/polaris";
import { useState } from "react";
import type { OverviewView } from "@calibr/shared/ports/shop-views";
import { PolicyForm } from "./policy-form.tsx";
import { RuleForm } from "./rule-form.tsx";
import { ruleValues } from "./rule-values.ts";

/** Which form has unsaved values; the Admin has one save bar, so the others wait. */
type OpenForm = "policy" | "amazon" | "shopify" | null;

/** Who approves, and how prices are decided. */
export function SettingsForms({ view }: { view: OverviewView }) {
  const [open, setOpen] = useState<OpenForm>(null);
  const gate = (form: Exclude<OpenForm, null>) => ({
    isLocked: open !== null && open !== form,
    onDirty: (isDirty: boolean) => setOpen((now) => (isDirty ? form : now === form ? null : now)),
  });
  const amazon = view.connections.find((each) => each.channel === "amazon");
  const currency = amazon?.marketplaces[0]?.currency ?? "USD";
  return (
    <Layout>
      <Layout.AnnotatedSection
        id="approval"
        title="Who approves"
        description="Small moves can go out by themselves. Everything else waits for you on the Approvals page."
      >
        <PolicyForm
          mode={view.approvalMode}
          autoMaxMoveBps={view.autoMaxMoveBps}
          {...gate("policy")}
        />
      </Layout.AnnotatedSection>
      <Layout.AnnotatedSection
        id="rules"
        title="How prices are decided"
        description="Always between your floor and ceiling. The floor comes from cost, the channel’s fees and the margin you ask for."
      >
        {view.rules.map((rule) => (
          <div key={rule.channel} className="stacked-card">
            <RuleForm
              channel={rule.channel}
              version={rule.version}
              saved={ruleValues(rule, currency)}
              currency={currency}
              {...gate(rule.channel)}
            />
          </div>
        ))}
      </Layout.AnnotatedSection>
    </Layout>
  );
}
