import type { Logger } from "@calibr/shared/ports/logger";
import type { ChannelEvent, NotificationSource } from "@calibr/shared/ports/notification-source";
import { pause } from "./sweeper.ts";

// After a failed receive: long enough not to hammer a queue that is down, short enough to be prompt after.
const FAILURE_PAUSE_MS = 2_000;

/**
 * Moves notifications from the channel's queue into our inbox for as long as the worker lives.
 * A batch is acknowledged only after `ingest` has committed it; what fails comes again.
 */
export async function runEventPump(options: {
  source: NotificationSource;
  ingest: (events: readonly ChannelEvent[]) => Promise<unknown>;
  logger: Logger;
  signal: AbortSignal;
}): Promise<void> {
  while (!options.signal.aborted) {
    try {
      const batch = await options.source.receive(options.signal);
      if (batch.events.length === 0) continue;
      await options.ingest(batch.events);
      await batch.acknowledge();
    } catch (cause) {
      if (options.signal.aborted) return;
      options.logger.error("event_pump_failed", {}, cause);
      await pause(FAILURE_PAUSE_MS, options.signal);
    }
  }
}
