import { type FSWatcher, watch } from "node:fs";
import path from "node:path";

// Editors write a file in several steps; a restart waits until they are done.
const QUIET_MS = 400;

/** Calls `onChange` once after each burst of edits below the given folders. @returns how to stop. */
export function watchSources(
  root: string,
  folders: readonly string[],
  onChange: () => void,
): () => void {
  let timer: NodeJS.Timeout | undefined;
  const watchers: FSWatcher[] = folders.map((folder) =>
    watch(path.join(root, folder), { recursive: true }, () => {
      clearTimeout(timer);
      timer = setTimeout(onChange, QUIET_MS);
    }),
  );
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}
