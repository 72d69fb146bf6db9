import { Button, Card, Text } from "@shopify/polaris";
import type { SetupStep } from "./setup-steps.ts";

/** The way to the first live price; the next open step shows what to do, the others are one line. */
export function SetupGuide({ steps }: { steps: readonly SetupStep[] }) {
  const done = steps.filter((step) => step.isDone).length;
  const next = steps.find((step) => !step.isDone);
  return (
    <Card>
      <div className="setup-head">
        <Text as="h2" variant="headingMd">
          Set up Calibr
        </Text>
        <Text as="span" tone="subdued">{`${done} of ${steps.length} done`}</Text>
      </div>
      <div className="setup-bar" aria-hidden="true">
        <span style={{ width: `${(done / steps.length) * 100}%` }} />
      </div>
      <ol className="setup-steps">
        {steps.map((step) => (
          <li
            key={step.id}
            data-done={step.isDone}
            aria-current={step === next ? "step" : undefined}
          >
            <span className="setup-mark" aria-hidden="true" />
            <div>
              <Text as="h3" variant={step === next ? "headingSm" : "bodyMd"}>
                {step.title}
                {step.isDone && <span className="visually-hidden"> (done)</span>}
              </Text>
              {step === next && (
                <div className="setup-text">
                  <Text as="p" tone="subdued">
                    {step.text}
                  </Text>
                  <Button variant="primary" url={step.action.url}>
                    {step.action.label}
                  </Button>
                </div>
              )}
            </div>
          </li>
        ))}
      </ol>
    </Card>
  );
}
