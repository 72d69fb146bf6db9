import { parsePriceChangeState } from "@calibr/shared/core/changes/states";
import type { ChangeEventView } from "@calibr/shared/ports/shop-views";
import { factName, factWords } from "../copy/fill-words.ts";
import { actorWords, stateCodeSentence, STATE_WORDS } from "../copy/states.ts";
import { instantWords } from "../copy/time.ts";
import { StateBadge } from "./badges.tsx";
import { useTimeZone } from "./time-zone.tsx";

// Hashes, fences and staff ids say nothing to a reader here; all stay in the stored receipt.
const HIDDEN_FACTS: ReadonlySet<string> = new Set(["inputs", "by", "fence", "reverts"]);

/** Every step of a change, first to last, as the receipt keeps it. */
export function ChangeTimeline({ events }: { events: readonly ChangeEventView[] }) {
  return (
    <ol className="timeline">
      {events.map((event) => (
        <li key={event.seq}>
          <TimelineStep event={event} />
        </li>
      ))}
    </ol>
  );
}

function TimelineStep({ event }: { event: ChangeEventView }) {
  const zone = useTimeZone();
  const state = parsePriceChangeState(event.toState);
  const sentence = stateCodeSentence(event.code, event.facts);
  const facts = Object.entries(event.facts).filter(([name]) => !HIDDEN_FACTS.has(name));
  return (
    <>
      <div className="timeline-head">
        {state === null ? <strong>{event.toState}</strong> : <StateBadge state={state} />}
        <time dateTime={event.at} className="quiet">
          {instantWords(event.at, zone)}
        </time>
      </div>
      <p>{sentence ?? (state === null ? event.toState : STATE_WORDS[state].text)}</p>
      <p className="quiet breakable">
        {[
          actorWords(event),
          ...facts.map(([name, value]) => `${factName(name)} ${factWords(name, value)}`),
        ].join(" · ")}
      </p>
    </>
  );
}
