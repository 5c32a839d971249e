import js from "@eslint/js";
import tseslint from "typescript-eslint";

/** What each room of src/ may not import: dependencies point one way (scope <- compute, store <- pipeline <- kernel; scope <- picture <- kernel, widget). */
const forbidden = {
  scope: ["picture", "compute", "store", "pipeline", "kernel", "widget"],
  picture: ["compute", "store", "pipeline", "kernel", "widget"],
  compute: ["picture", "store", "pipeline", "kernel", "widget"],
  store: ["picture", "compute", "pipeline", "kernel", "widget"],
  pipeline: ["picture", "kernel", "widget"],
  kernel: ["widget"],
  "kernel/jupyter": ["compute", "store", "pipeline", "widget"],
  widget: ["compute", "store", "pipeline", "kernel"],
};

const rooms = Object.entries(forbidden).map(([room, others]) => ({
  files: [`src/${room}/**/*.{ts,tsx}`],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: [
          {
            regex: `^(\\.\\./)+(${others.join("|")})(/|$)`,
            message: `src/${room} may not import from ${others.join(", ")}.`,
          },
          { regex: "^(\\.\\./)+index$|^(\\.\\./)+$", message: "Only users import src/index.ts." },
          ...(room === "scope" ? [{ regex: "^[^.]", message: "src/scope has no dependencies." }] : []),
          ...(room === "kernel/jupyter"
            ? [{ regex: "^\\.\\./(?!\\.\\./scope)", message: "src/kernel/jupyter imports only src/scope." }]
            : []),
        ],
      },
    ],
  },
}));

export default tseslint.config(
  {
    ignores: [
      ...["dist", "node_modules", "**/.venv", "**/.cache", ".jupyter", "**/latentscope-data", "notebooks", "models"],
      // AssemblyScript, which its own compiler checks: decorators on functions are no TypeScript.
      "src/compute/assembly",
      // plain JavaScript, because Node runs it as it is: no project of TypeScript has it
      "tests/fixtures/llama-stand-in",
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        project: ["./tsconfig.json", "./src/widget/tsconfig.json", "./tests/tsconfig.json"],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      eqeqeq: "error",
      "no-console": "error",
    },
  },
  ...rooms,
  {
    files: ["**/*.mjs", "*.mts"],
    ...tseslint.configs.disableTypeChecked,
    languageOptions: {
      parserOptions: { project: null },
      globals: {
        process: "readonly",
        console: "readonly",
        URL: "readonly",
        Buffer: "readonly",
        setTimeout: "readonly",
        performance: "readonly",
      },
    },
    rules: { ...tseslint.configs.disableTypeChecked.rules, "no-console": "off" },
  },
);
