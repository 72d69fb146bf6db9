/** Runs a checked document over one store. */
import { execute } from "graphql";
import type { ExecutionResult, GraphQLFieldResolver } from "graphql";
import { notImitated } from "./call-context.ts";
import type { CallContext, Execution } from "./call-context.ts";
import { mutationRoot, queryRoot } from "./roots.ts";
import { adminSchema } from "./schema.ts";

/** Objects are plain: a property is the value, a function takes the arguments. */
const readField: GraphQLFieldResolver<unknown, unknown, Record<string, unknown>> = (
  source,
  args,
  _context,
  info,
) => {
  const owner = source as Readonly<Record<string, unknown>>;
  const value = owner[info.fieldName];
  if (value === undefined) throw notImitated(`${info.parentType.name}.${info.fieldName}`);
  return typeof value === "function" ? (value as (args: unknown) => unknown)(args) : value;
};

export async function executeOverStore(
  context: CallContext,
  execution: Execution,
): Promise<ExecutionResult> {
  return execute({
    schema: adminSchema(),
    document: execution.document,
    rootValue: execution.isMutation ? mutationRoot(context) : queryRoot(context),
    contextValue: context,
    variableValues: execution.variables,
    operationName: execution.operationName,
    fieldResolver: readField,
  });
}
