// The rules of docs/CONTRIBUTING.md that a machine can check. Every rule is an error or off; each exception says why.
import js from "@eslint/js";
import reactHooks from "eslint-plugin-react-hooks";
import { defineConfig, globalIgnores } from "eslint/config";
import globals from "globals";
import tseslint from "typescript-eslint";

/** @type {(names: string[]) => { selector: string, message: string }[]} */
const bans = (names) => names.flatMap((name) => BANS[name]);

// One list per reason; a folder names the lists that hold in it (the rule's options replace each other, they do not add up).
const BANS = {
  clock: [
    {
      selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
      message:
        "Time is an argument (`now: Date`) or the Clock port: a test must be able to drive it.",
    },
    {
      selector: "NewExpression[callee.name='Date'][arguments.length=0]",
      message:
        "Time is an argument (`now: Date`) or the Clock port: a test must be able to drive it.",
    },
  ],
  chance: [
    {
      selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
      message: "Chance is a seeded argument, so that the same input gives the same answer.",
    },
  ],
  floats: [
    {
      selector: "CallExpression[callee.name=/^(parseFloat|Number)$/]",
      message:
        "Money is never a float: parse text with core/money, or read whole numbers with core/json/decode.",
    },
    {
      selector: "CallExpression[callee.property.name=/^(toFixed|parseFloat)$/]",
      message: "Money is never a float: print it with core/money.",
    },
  ],
  env: [
    {
      selector: "MemberExpression[object.name='process'][property.name='env']",
      message:
        "Only shared/src/config reads the environment; take the parsed config as an argument.",
    },
  ],
  shape: [
    {
      selector: "ExportAllDeclaration",
      message: "No barrel files: import from the file that defines the thing.",
    },
  ],
  userErrors: [
    {
      selector: "MemberExpression[property.name='userErrors']",
      message: "Mutations go through unwrap(), which cannot forget the errors.",
    },
  ],
};

const restrict = (...names) => ({ "no-restricted-syntax": ["error", ...bans(names)] });

const TESTS = [
  "**/*.test.ts",
  "**/*.test.tsx",
  "**/*.conformance.ts",
  "**/*.e2e.ts",
  "**/testing/**",
  "sandbox/e2e/**",
];
const PLAIN_JS = ["**/*.js", "**/*.mjs", "**/*.cjs"];

export default defineConfig(
  globalIgnores([
    "**/build/",
    "**/coverage/",
    "**/.data/",
    // Written by prisma generate and by npm run codegen; reviewed as diffs, not as code.
    "**/generated/",
  ]),
  { linterOptions: { reportUnusedDisableDirectives: "error" } },

  js.configs.recommended,
  tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      globals: globals.node,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      // `== null` is the one way to say "null or undefined" in a word.
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-console": "error",
      "max-lines": ["error", 300],
      "max-lines-per-function": ["error", 70],
      ...restrict("clock", "env", "shape"),
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/no-import-type-side-effects": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", ignoreRestSiblings: true },
      ],
      // A port says Promise; a fake that needs no await still keeps the port's promise.
      "@typescript-eslint/require-await": "off",
      // `void` in a union is how Remix and Express type their handlers.
      "@typescript-eslint/no-misused-promises": [
        "error",
        { checksVoidReturn: { attributes: false } },
      ],
    },
  },

  // Rules that decide prices: no clock, chance, environment or float may reach them.
  {
    files: ["shared/src/{core,ports,jobs,services}/**/*.ts"],
    rules: {
      ...restrict("clock", "chance", "floats", "env", "shape"),
      "@typescript-eslint/consistent-type-assertions": ["error", { assertionStyle: "never" }],
    },
  },
  // The brands' own parsers: the only places where a checked string or number becomes a branded type.
  {
    files: [
      "shared/src/core/ids.ts",
      "shared/src/core/json/decode.ts",
      "shared/src/core/money/{currency,money-text}.ts",
    ],
    rules: { "@typescript-eslint/consistent-type-assertions": "off" },
  },
  {
    files: ["shared/src/stats/**/*.ts"],
    rules: restrict("clock", "chance", "env", "shape"),
  },
  // Adapters and channels meet the outside world, its clock among it.
  {
    files: ["shared/src/adapters/**/*.ts", "amazon-worker/src/channels/**/*.ts"],
    rules: restrict("floats", "env", "shape"),
  },
  {
    files: ["shared/src/adapters/shopify/**/*.ts"],
    ignores: ["shared/src/adapters/shopify/unwrap.ts"],
    rules: restrict("floats", "env", "shape", "userErrors"),
  },
  { files: ["shared/src/config/**/*.ts"], rules: restrict("clock", "shape") },
  // Composition roots make the clock; they read the environment only to hand it to the config schema.
  {
    files: [
      "amazon-worker/src/main.ts",
      "shopify-app/server/main.ts",
      "shopify-app/app/services.server.ts",
    ],
    rules: restrict("shape"),
  },
  // The sandbox has a clock of its own, made in one file; its front door and the demo, with what starts and watches the real processes, are programs.
  { files: ["sandbox/clock.ts"], rules: restrict("env", "shape") },
  {
    files: ["sandbox/reroute.ts", "sandbox/demo.ts", "sandbox/{demo,stack,spine}/**/*.ts"],
    rules: { ...restrict("shape"), "no-console": "off" },
  },
  // Scripts talk to a person in a terminal.
  {
    files: ["scripts/**/*", "bench/**/*", "prisma/*.ts", "*.config.{js,ts}", "**/prune-schema.ts"],
    rules: { ...restrict("shape"), "no-console": "off" },
  },

  {
    files: ["shopify-app/**/*.{ts,tsx}", "sandbox/admin/**/*.ts"],
    languageOptions: { globals: globals.browser },
  },
  { files: ["shopify-app/**/*.{ts,tsx}"], ...reactHooks.configs.flat["recommended-latest"] },
  {
    files: ["shopify-app/**/*.{ts,tsx}"],
    rules: {
      // Remix's loaders and actions throw Responses to redirect and to deny, and pass on what they caught.
      "@typescript-eslint/only-throw-error": [
        "error",
        {
          allow: [
            { from: "lib", name: "Response" },
            { from: "package", package: "@remix-run/router", name: "DataWithResponseInit" },
            { from: "package", package: "@remix-run/server-runtime", name: "TypedResponse" },
          ],
          allowThrowingUnknown: true,
        },
      ],
    },
  },
  {
    files: ["sandbox/shopify/**/*.ts", "scripts/{codegen,graphql/*}.ts"],
    // GraphQL's syntax tree names its kinds by documented strings; the enum is a second name for them.
    rules: { "@typescript-eslint/no-unsafe-enum-comparison": "off" },
  },

  {
    files: TESTS,
    rules: {
      // A describe block is a list of claims, not a function; a suite may be as long as its claims.
      "max-lines": "off",
      "max-lines-per-function": "off",
      // Tests build inputs the types forbid, and arrange what the code under test may not.
      ...restrict("shape"),
      "@typescript-eslint/consistent-type-assertions": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
      // expect(port.method) does not call it.
      "@typescript-eslint/unbound-method": "off",
    },
  },

  { files: PLAIN_JS, ...tseslint.configs.disableTypeChecked },
);
