/** A call to the stand-in, checked on both sides against the operation in Amazon's model. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { checkModel } from "./check-model.ts";
import type { Schema } from "./check-model.ts";
import type { Answer, RunningAmazon } from "./start-amazon.ts";

/** The models are not part of this repository; they may lie beside the checkout. */
export const MODELS = fileURLToPath(new URL("../../../../shared/models/amazon/", import.meta.url));
export const hasModels = existsSync(MODELS);

export interface Tokens {
  readonly token: string;
  readonly grantless: string;
}

export function readSchema(file: string): Schema {
  return JSON.parse(readFileSync(`${MODELS}${file}`, "utf8")) as Schema;
}

interface Model {
  readonly paths: Record<
    string,
    Record<string, { parameters?: Schema[]; responses: Record<string, { schema?: Schema }> }>
  >;
}

function readModel(file: string): Model & Schema {
  return JSON.parse(readFileSync(`${MODELS}${file}`, "utf8")) as Model & Schema;
}

export interface Probe {
  readonly file: string;
  /** As the model spells it. */
  readonly path: string;
  readonly method: "get" | "post" | "patch" | "delete";
  readonly url: string;
  readonly body?: unknown;
  readonly isGrantless?: boolean;
}

export function callOf(
  amazon: RunningAmazon,
  { token, grantless }: Tokens,
  { method, url, body, isGrantless }: Probe,
): Promise<Answer> {
  return amazon.call(url, {
    method: method.toUpperCase(),
    headers: { "x-amz-access-token": isGrantless === true ? grantless : token },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** Sends a probe; the findings about its request body and its answer. */
export async function probeOf(
  amazon: RunningAmazon,
  tokens: Tokens,
  input: Probe,
): Promise<{ answer: Answer; findings: string[] }> {
  const root = readModel(input.file);
  const operation = root.paths[input.path]?.[input.method];
  if (operation === undefined)
    return {
      answer: await callOf(amazon, tokens, input),
      findings: ["operation is not in the model"],
    };
  const bodySchema = operation.parameters?.find((parameter) => parameter["in"] === "body")?.[
    "schema"
  ] as Schema | undefined;
  const answer = await callOf(amazon, tokens, input);
  const schema = operation.responses[String(answer.status)]?.schema;
  const findings = [
    ...(bodySchema === undefined ? [] : checkModel(input.body, bodySchema, { root }, "request")),
    ...(operation.responses[String(answer.status)] === undefined
      ? [`status ${answer.status} is not in the model`]
      : []),
    ...(schema === undefined
      ? []
      : checkModel(JSON.parse(answer.text), schema, { root }, "answer")),
  ];
  return { answer, findings };
}
