/**
 * Amazon's published models, where they lie beside the checkout: they are not part of this repository.
 * Tests that need them say so and are skipped where they are missing.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readJson } from "../client/vendor-json.ts";

const FOLDER = fileURLToPath(new URL("../../../../../../shared/models/amazon/", import.meta.url));

/** Why tests on the models are skipped; null when the models are there. */
export const MODELS_MISSING = existsSync(FOLDER)
  ? null
  : `skipped: no models of Amazon's at ${FOLDER}`;

/** A definition of Swagger 2.0 or JSON Schema draft 7. */
export type ModelSchema = Readonly<Record<string, unknown>>;

/** One operation as its model describes it. */
export interface ModelOperation {
  readonly file: string;
  /** Of the whole API: `2021-08-01`, `v0`… */
  readonly version: string;
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly responses: Readonly<Record<string, ModelSchema | undefined>>;
  /** The whole model: references point into it. */
  readonly root: ModelSchema;
}

/** An answer that Amazon's own sandbox gives. */
export interface ModelExample {
  readonly operation: ModelOperation;
  readonly status: number;
  /** Which of several examples of this status. */
  readonly index: number;
  /** As our transport would hand it on: numbers with a fraction keep their digits. */
  readonly body: unknown;
}

/** A file of the models, read as our transport reads answers. */
export function readModel(file: string): ModelSchema {
  return objectOf(readJson(readFileSync(`${FOLDER}${file}`, "utf8")));
}

/** The names of all models and schemas; empty where they are missing. */
export function modelFiles(): readonly string[] {
  if (MODELS_MISSING !== null) return [];
  return readdirSync(FOLDER).filter((file) => file.endsWith(".json"));
}

/** Every operation of every model; empty where the models are missing. */
export function modelOperations(): readonly ModelOperation[] {
  return modelFiles().flatMap((file) => operationsOf(file, readModel(file)));
}

const METHODS = ["get", "put", "post", "patch", "delete"];

function operationsOf(file: string, root: ModelSchema): ModelOperation[] {
  return Object.entries(objectOf(root["paths"])).flatMap(([path, methods]) =>
    Object.entries(objectOf(methods))
      .filter(([method]) => METHODS.includes(method))
      .map(([method, value]) => {
        const operation = objectOf(value);
        return {
          file,
          version: String(objectOf(root["info"])["version"]),
          name: String(operation["operationId"]),
          method: method.toUpperCase(),
          path,
          responses: Object.fromEntries(
            Object.entries(objectOf(operation["responses"])).map(([status, response]) => [
              status,
              objectOf(response),
            ]),
          ),
          root,
        };
      }),
  );
}

/** The static examples of Amazon's sandbox in every model. */
export function modelExamples(): readonly ModelExample[] {
  return modelOperations().flatMap((operation) =>
    Object.entries(operation.responses).flatMap(([status, response]) => {
      const cases = objectOf(response?.["x-amzn-api-sandbox"])["static"];
      return arrayOf(cases).map((value, index) => ({
        operation,
        status: Number.parseInt(status, 10),
        index,
        body: objectOf(value)["response"],
      }));
    }),
  );
}

/** The value when it is an object, else an empty one. */
export function objectOf(value: unknown): ModelSchema {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? Object.fromEntries(Object.entries(value)) : {};
}

/** The value when it is a list, else an empty one. */
export function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
