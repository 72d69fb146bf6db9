import { Spinner } from "@shopify/polaris";
import type { SyncRunView } from "@calibr/shared/ports/sync-views";
import { countsWords } from "../copy/sync-counts.ts";

/** A running import, counting as it goes. */
export function ImportProgress({ run }: { run: SyncRunView | undefined }) {
  const counts = run === undefined ? "" : countsWords(run.counts);
  return (
    <div className="working" role="status">
      <Spinner size="small" accessibilityLabel="" />
      <span>{counts === "" ? "The import has begun." : `Importing: ${counts}.`}</span>
    </div>
  );
}
