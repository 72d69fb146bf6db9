import type { ReasonView } from "@calibr/shared/ports/shop-views";
import { reasonSentence } from "../copy/reasons.ts";

/** Why, in plain words: the first reason reads as the answer, the others as what else mattered. */
export function ReasonList({
  reasons,
  isShort = false,
}: {
  reasons: readonly ReasonView[];
  isShort?: boolean;
}) {
  const shown = isShort ? reasons.slice(0, 2) : reasons;
  if (shown.length === 0) return <span className="quiet">No reason was recorded.</span>;
  return (
    <ul className="reasons">
      {shown.map((reason, place) => (
        <li key={`${reason.code}-${place}`}>{reasonSentence(reason)}</li>
      ))}
    </ul>
  );
}
