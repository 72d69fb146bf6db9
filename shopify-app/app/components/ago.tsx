import { agoWords, instantWords } from "../copy/time.ts";

/** How long ago something happened, with the exact instant for those who point at it. */
export function Ago({ at, now }: { at: string; now: string }) {
  return (
    <time dateTime={at} title={instantWords(at)} className="ago">
      {agoWords(at, now)}
    </time>
  );
}
