import type { ReasonView } from "@calibr/shared/ports/shop-views";
import { reasonSentences } from "../copy/reasons.ts";

/** Why, in plain words: the first reason reads as the answer, the others as what else mattered. */
export function ReasonList({
  reasons,
  isShort = false,
}: {
  reasons: readonly ReasonView[];
  isShort?: boolean;
}) {
  const sentences = reasonSentences(reasons);
  const shown = isShort ? sentences.slice(0, 2) : sentences;
  if (shown.length === 0) return <span className="quiet">No reason was recorded.</span>;
  return (
    <ul className="reasons">
      {shown.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  );
}
