import { agoWords, instantWords } from "../copy/time.ts";
import { useTimeZone } from "./time-zone.tsx";

/** How long ago something happened, with the exact instant for those who point at it. */
export function Ago({ at, now }: { at: string; now: string }) {
  const zone = useTimeZone();
  return (
    <time dateTime={at} title={instantWords(at, zone)} className="ago">
      {agoWords(at, now)}
    </time>
  );
}
