/** A parameter of the page's address; null when missing or blank. */
export function queryText(request: Request, name: string): string | null {
  const value = new URL(request.url).searchParams.get(name)?.trim() ?? "";
  return value === "" ? null : value.slice(0, 200);
}

/** A parameter that must be one of a few words; null when it is none of them. */
export function queryWord<Word extends string>(
  request: Request,
  name: string,
  words: readonly Word[],
): Word | null {
  const value = queryText(request, name);
  return words.find((word) => word === value) ?? null;
}
