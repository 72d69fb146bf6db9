import { Card } from "@shopify/polaris";
import { inputLines } from "../copy/input-lines.ts";

/** Everything the decision looked at, for those who want to check it. */
export function DecisionInputs({ inputs }: { inputs: string }) {
  return (
    <Card>
      <details className="inputs">
        <summary>What the decision was based on</summary>
        <dl>
          {inputLines(inputs).map((line) => (
            <div key={line.name}>
              <dt>{line.name}</dt>
              <dd>{line.value}</dd>
            </div>
          ))}
        </dl>
      </details>
    </Card>
  );
}
