import type { z } from "zod";
import { AppError } from "../core/app-error.ts";

/** Environment variables as Node hands them over. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Checks the environment of one process against its schema.
 * @throws AppError config_invalid naming every bad variable and what to do about it; never its value,
 * which may be a secret.
 */
export function readEnvironment<Schema extends z.ZodObject>(
  process: "web" | "worker",
  schema: Schema,
  environment: Environment,
): z.output<Schema> {
  // In a .env file a variable is left out by writing nothing behind its "=".
  const written = Object.entries(environment).filter(([, value]) => value?.trim() !== "");
  const result = schema.safeParse(Object.fromEntries(written));
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => {
    const name = String(issue.path[0] ?? "?");
    const isMissing = (environment[name] ?? "").trim() === "";
    return `  ${name} ${isMissing ? "is not set: it " : ""}${issue.message}.`;
  });
  throw new AppError({
    code: "config_invalid",
    retry: "never",
    message:
      `The ${process} process cannot start, ${lines.length === 1 ? "one variable is" : "these variables are"} wrong:\n` +
      `${[...new Set(lines)].join("\n")}\nEvery variable is explained in .env.example.`,
    context: { process, variables: result.error.issues.map((i) => String(i.path[0])).join(" ") },
  });
}
