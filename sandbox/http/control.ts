/**
 * Control calls: `/control/<part>/<verb>`, by which a test, the demo or a person
 * with curl looks into a stand-in and pushes it about. Product code never calls these.
 *
 * GET passes arguments in the query string (all text), POST in a JSON object.
 */
import { isObject, jsonResponse } from "./json.ts";

export type ControlArguments = Readonly<Record<string, unknown>>;
/** Returns what the caller gets as JSON; `undefined` answers `{"ok":true}`. */
export type ControlVerb = (args: ControlArguments) => unknown;
export type ControlVerbs = Readonly<Record<string, ControlVerb>>;

/** A caller's mistake (unknown SKU, missing argument): answered 400 with this message. */
export class ControlError extends Error {}

export interface ControlTarget {
  readonly part: string;
  readonly verb: string;
}

/** Splits `/control/<part>/<verb>`; `undefined` for every other pathname. */
export function parseControlPath(pathname: string): ControlTarget | undefined {
  const [, control, part, ...rest] = pathname.split("/");
  if (control !== "control" || part === undefined) return undefined;
  return { part, verb: rest.join("/") };
}

export async function handleControl(request: Request, verbs: ControlVerbs): Promise<Response> {
  const target = parseControlPath(new URL(request.url).pathname);
  const verb = target === undefined ? undefined : verbs[target.verb];
  if (target === undefined || verb === undefined) {
    return jsonResponse(
      { error: `no control verb "${target?.verb ?? ""}"`, verbs: Object.keys(verbs).sort() },
      { status: 404 },
    );
  }
  try {
    const result = await verb(await readArguments(request));
    return jsonResponse(result ?? { ok: true });
  } catch (error) {
    if (error instanceof ControlError)
      return jsonResponse({ error: error.message }, { status: 400 });
    throw error;
  }
}

async function readArguments(request: Request): Promise<ControlArguments> {
  const fromUrl = Object.fromEntries(new URL(request.url).searchParams);
  const text = request.method === "GET" ? "" : await request.text();
  if (text === "") return fromUrl;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new ControlError("the body is not JSON");
  }
  if (!isObject(parsed)) throw new ControlError("the body is not a JSON object");
  return { ...fromUrl, ...parsed };
}

export function textArgument(args: ControlArguments, name: string): string {
  const value = args[name];
  if (typeof value !== "string" || value === "") throw new ControlError(`"${name}" must be text`);
  return value;
}

export function optionalText(args: ControlArguments, name: string): string | undefined {
  return args[name] === undefined ? undefined : textArgument(args, name);
}

/** A whole number; accepts digits as text because GET arguments are text. */
export function wholeArgument(args: ControlArguments, name: string, fallback?: number): number {
  const value = args[name] ?? fallback;
  const number = typeof value === "string" ? Number(value) : value;
  if (typeof number !== "number" || !Number.isSafeInteger(number)) {
    throw new ControlError(`"${name}" must be a whole number`);
  }
  return number;
}

export function flagArgument(args: ControlArguments, name: string, fallback = false): boolean {
  const value = args[name] ?? fallback;
  return value === true || value === "true" || value === "1";
}
