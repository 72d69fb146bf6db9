/** Asks again and again until the answer is not null. @throws naming what was waited for when time is up. */
export async function waitFor<Answer>(
  what: string,
  ask: () => Promise<Answer | null>,
  limits: { timeoutMs: number; everyMs?: number },
): Promise<Answer> {
  const until = performance.now() + limits.timeoutMs;
  while (performance.now() < until) {
    const answer = await ask();
    if (answer !== null) return answer;
    await new Promise((resolve) => setTimeout(resolve, limits.everyMs ?? 100));
  }
  throw new Error(`waited ${String(limits.timeoutMs / 1000)} s in vain for ${what}`);
}
