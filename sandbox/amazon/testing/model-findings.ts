import type { ModelFinding } from "../request-models.ts";

/**
 * Ends a run red when a request arrived that does not fit Amazon's models, whatever the product made of
 * the refusal.
 * @param answer of the control verb `model-findings`.
 */
export function throwOnModelFindings(answer: { readonly findings?: unknown }): void {
  const findings = (answer.findings ?? []) as readonly ModelFinding[];
  if (findings.length === 0) return;
  const lines = findings.map((each) => `${each.operation}: ${each.findings.join("; ")}`);
  throw new Error(
    `requests that do not fit Amazon's models:\n${[...new Set(lines)].slice(0, 20).join("\n")}`,
  );
}
