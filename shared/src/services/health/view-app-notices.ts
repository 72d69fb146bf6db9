import type { AppNotices } from "../../ports/app-notices.ts";
import type { Clock } from "../../ports/clock.ts";

const DAY_MS = 24 * 60 * 60_000;

/**
 * What the operator must know of the application as a whole; each part is left out while there is nothing to say.
 *
 * @returns whole days until the announced end of Amazon's client secret (0 = today or past), and how many
 * notifications stand aside.
 */
export async function viewAppNotices(deps: {
  readonly appNotices: Pick<AppNotices, "secretEnd" | "countSetAside">;
  readonly clock: Clock;
}): Promise<{ amazonClientSecretDaysLeft?: number; messagesSetAside?: number }> {
  const now = deps.clock.now();
  const [secret, aside] = await Promise.all([
    deps.appNotices.secretEnd(now),
    deps.appNotices.countSetAside(),
  ]);
  const leftMs = secret === null ? null : secret.endsAt.getTime() - now.getTime();
  return {
    ...(leftMs === null
      ? {}
      : { amazonClientSecretDaysLeft: Math.max(0, Math.floor(leftMs / DAY_MS)) }),
    ...(aside === 0 ? {} : { messagesSetAside: aside }),
  };
}
