/**
 * Every request that arrives is held against Amazon's own models, where they lie beside the checkout
 * (they are not part of this repository): path, query and body; names, required fields, enumerations and
 * how many entries a list may have. A request that does not fit is refused, and remembered, so that a
 * test run ends red also where the product takes the refusal for one of Amazon's moods.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { checkModel, resolve, type Schema } from "./testing/check-model.ts";

const FOLDER = fileURLToPath(new URL("../../../shared/models/amazon/", import.meta.url));
const FEED_SCHEMA = "listings-feed-schema-v2.json";

/** A request as it arrived. */
export interface ArrivedRequest {
  readonly method: string;
  readonly url: string;
  /** The parsed body; undefined when it was empty. */
  readonly body: unknown;
}

/** What does not fit, one line each, with the operation it was found in. */
export interface ModelFinding {
  readonly operation: string;
  readonly findings: readonly string[];
}

export interface RequestModels {
  /** False where the models are missing: nothing is checked then. */
  readonly isChecking: boolean;
  /** What is wrong with a request; empty when it fits. Remembered. */
  check(request: ArrivedRequest): readonly string[];
  /** What is wrong with the content of a JSON_LISTINGS_FEED. Remembered. */
  checkListingsFeed(document: unknown): readonly string[];
  findings(): readonly ModelFinding[];
  forget(): void;
}

interface ModelOperation {
  readonly name: string;
  readonly method: string;
  readonly pattern: RegExp;
  /** Names of path parameters: the fewer, the closer the path. */
  readonly parts: readonly string[];
  readonly parameters: readonly Schema[];
  readonly root: Schema;
}

let loaded: readonly ModelOperation[] | undefined;

/** The checks of one stand-in; the models are read once for all of them. */
export function createRequestModels(): RequestModels {
  const isChecking = existsSync(FOLDER);
  const found: ModelFinding[] = [];
  const remember = (operation: string, findings: readonly string[]): readonly string[] => {
    if (findings.length > 0) found.push({ operation, findings });
    return findings;
  };
  return {
    isChecking,
    check(request) {
      if (!isChecking) return [];
      const { pathname } = new URL(request.url);
      const operation = findOperation(request.method, pathname);
      if (operation === undefined) {
        return remember(`${request.method} ${pathname}`, ["no operation of Amazon's"]);
      }
      return remember(operation.name, checkRequest(operation, request));
    },
    checkListingsFeed(document) {
      if (!isChecking) return [];
      const schema = readModel(FEED_SCHEMA);
      return remember("JSON_LISTINGS_FEED", checkModel(document, schema, { root: schema }, "feed"));
    },
    findings: () => found,
    forget: () => found.splice(0),
  };
}

function findOperation(method: string, pathname: string): ModelOperation | undefined {
  loaded ??= readOperations();
  const fitting = loaded.filter((each) => each.method === method && each.pattern.test(pathname));
  return fitting.toSorted((left, right) => left.parts.length - right.parts.length)[0];
}

function readModel(file: string): Schema {
  return JSON.parse(readFileSync(`${FOLDER}${file}`, "utf8")) as Schema;
}

const METHODS = ["get", "put", "post", "patch", "delete"];

function readOperations(): readonly ModelOperation[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith(".json"));
  return files.flatMap((file) => {
    const root = readModel(file);
    const paths = (root["paths"] ?? {}) as Record<string, Schema>;
    return Object.entries(paths).flatMap(([path, methods]) => {
      const shared = (methods["parameters"] ?? []) as Schema[];
      return METHODS.filter((method) => methods[method] !== undefined).map((method) => {
        const operation = methods[method] as Schema;
        const own = (operation["parameters"] ?? []) as Schema[];
        return {
          name: String(operation["operationId"]),
          method: method.toUpperCase(),
          pattern: patternOf(path),
          parts: [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? ""),
          parameters: [...shared, ...own].map((parameter) => resolve(parameter, root)),
          root,
        };
      });
    });
  });
}

function patternOf(path: string): RegExp {
  const escaped = path.replaceAll(".", "\\.");
  return new RegExp(`^${escaped.replaceAll(/\{\w+\}/g, "([^/]+)")}$`);
}

function checkRequest(operation: ModelOperation, request: ArrivedRequest): string[] {
  const { pathname, searchParams } = new URL(request.url);
  const texts = operation.pattern.exec(pathname)?.slice(1) ?? [];
  const parts = new Map(operation.parts.map((name, index) => [name, decode(texts[index] ?? "")]));
  return [
    ...checkPath(operation, parts),
    ...checkQuery(operation, searchParams),
    ...checkBody(operation, request.body),
  ];
}

function parametersIn(operation: ModelOperation, place: string): readonly Schema[] {
  return operation.parameters.filter((parameter) => parameter["in"] === place);
}

function checkPath(operation: ModelOperation, parts: ReadonlyMap<string, string>): string[] {
  return parametersIn(operation, "path").flatMap((parameter) => {
    const name = String(parameter["name"]);
    return checkText(parts.get(name) ?? "", parameter, operation, `path.${name}`);
  });
}

function checkQuery(operation: ModelOperation, query: URLSearchParams): string[] {
  const known = parametersIn(operation, "query");
  const names = known.map((parameter) => String(parameter["name"]));
  const unknown = [...new Set(query.keys())].filter((name) => !names.includes(name));
  return [
    ...unknown.map((name) => `query: ${name} is not in the model`),
    ...known.flatMap((parameter) => {
      const name = String(parameter["name"]);
      const values = query.getAll(name);
      if (values.length > 0) {
        return checkText(values.join(","), parameter, operation, `query.${name}`);
      }
      return parameter["required"] === true ? [`query: ${name} is missing`] : [];
    }),
  ];
}

/** A parameter is text on the wire; the model says what it stands for. */
function checkText(
  text: string,
  parameter: Schema,
  { root }: ModelOperation,
  at: string,
): string[] {
  // `required` of a parameter is a yes or no, of a definition a list of names.
  const { required: _required, ...schema } = parameter;
  if (schema["format"] === "date-time" && Number.isNaN(Date.parse(text))) {
    return [`${at}: ${text} is no date and time`];
  }
  return checkModel(valueOf(text, schema), schema, { root }, at);
}

function valueOf(text: string, schema: Schema): unknown {
  switch (schema["type"]) {
    case "array":
      return text.split(",").map((part) => valueOf(part, (schema["items"] ?? {}) as Schema));
    case "integer":
    case "number":
      return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
    case "boolean":
      return text === "true" || text === "false" ? text === "true" : text;
    default:
      return text;
  }
}

function checkBody(operation: ModelOperation, body: unknown): string[] {
  const [parameter] = parametersIn(operation, "body");
  if (parameter === undefined) return body === undefined ? [] : ["body: none expected"];
  if (body === undefined) return parameter["required"] === true ? ["body: missing"] : [];
  const { root } = operation;
  return [
    ...checkModel(body, parameter["schema"] as Schema, { root }, "body"),
    ...checkInnerUris(body),
  ];
}

/** A batch names the path of each call it stands for: those must be Amazon's as well. */
function checkInnerUris(body: unknown): string[] {
  const requests = (body as { requests?: unknown } | null)?.requests;
  if (!Array.isArray(requests)) return [];
  return requests.flatMap((entry: { uri?: unknown; method?: unknown } | null, index) => {
    const uri = String(entry?.uri);
    const isKnown = isBatchOnly(uri) || findOperation(String(entry?.method), uri) !== undefined;
    return isKnown ? [] : [`body.requests[${index}].uri: ${uri} is no operation of Amazon's`];
  });
}

// These two exist as entries of a batch and not as calls of their own.
function isBatchOnly(uri: string): boolean {
  return [
    "/products/pricing/2022-05-01/items/competitiveSummary",
    "/products/pricing/2022-05-01/offer/featuredOfferExpectedPrice",
  ].includes(uri);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
