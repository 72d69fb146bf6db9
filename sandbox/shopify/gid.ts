/** Shopify's global ids: `gid://shopify/<Type>/<number>`. */
export function gid(type: string, id: number): string {
  return `gid://shopify/${type}/${id}`;
}

export function parseGid(text: string): { type: string; id: number } | undefined {
  const match = /^gid:\/\/shopify\/([A-Za-z]+)\/(\d{1,16})$/.exec(text);
  return match === null ? undefined : { type: match[1] ?? "", id: Number(match[2]) };
}

/** The number in an id of the given type; also takes the bare number, as Shopify's search does. */
export function idOf(type: string, text: string): number | undefined {
  const parsed = parseGid(text);
  return parsed?.type === type ? parsed.id : undefined;
}
