/** Calls the sandbox's control verbs: `/control/<part>/<verb>`. */
export type Control = <Answer>(
  part: string,
  verb: string,
  args?: Readonly<Record<string, unknown>>,
) => Promise<Answer>;

/** Makes the caller for a running sandbox. */
export function createControl(origin: string): Control {
  return async <Answer>(
    part: string,
    verb: string,
    args: Readonly<Record<string, unknown>> = {},
  ) => {
    const response = await fetch(`${origin}/control/${part}/${verb}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(args),
    });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`control ${part}/${verb} answered ${String(response.status)}: ${text}`);
    // The caller names the shape of its verb's answer; the sandbox is ours, so it is taken at its word.
    return JSON.parse(text === "" ? "{}" : text) as Answer;
  };
}
