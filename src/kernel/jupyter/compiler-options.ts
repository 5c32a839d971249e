/**
 * Compiler options that tslab has no setting for. It passes them to `createWatchCompilerHost` of its TypeScript; this must run before tslab's
 * converter is loaded.
 */
import { createRequire } from "node:module";
import path from "node:path";
import type ts from "typescript";

type TypeScript = typeof ts;

/** Makes tslab's converters use {@link improved} options. `tslabFile`: any file of tslab. Returns its TypeScript. */
export function improveCompilerOptions(tslabFile: string): TypeScript {
  const require = createRequire(tslabFile);
  const file = require.resolve("@tslab/typescript-for-tslab");
  const typescript = require(file) as TypeScript;
  const nodeTypes = path.dirname(path.dirname(require.resolve("@types/node/package.json")));

  type CreateHost = (roots: string[], options: ts.CompilerOptions, ...rest: unknown[]) => unknown;
  const createHost = typescript.createWatchCompilerHost as CreateHost;
  const loaded = require.cache[file];
  if (!loaded) throw new Error(`TypeScript was not loaded from ${file}.`);
  // TypeScript's exports are getters that cannot be replaced, hence an object in front of them.
  const improvedExports: unknown = Object.create(typescript, {
    __esModule: { value: true },
    createWatchCompilerHost: {
      enumerable: true,
      value: (roots: string[], options: ts.CompilerOptions, ...rest: unknown[]) =>
        createHost(roots, improved(typescript, options, nodeTypes), ...rest),
    },
  });
  loaded.exports = improvedExports;
  return typescript;
}

function improved(typescript: TypeScript, options: ts.CompilerOptions, nodeTypes: string): ts.CompilerOptions {
  return {
    ...options,
    // Packages whose types are named in "exports" only.
    moduleResolution: typescript.ModuleResolutionKind.Bundler,
    // What Node 20 has beyond ES2022: findLast, toSorted, …
    lib: [...(options.lib ?? []), "lib.es2023.d.ts"],
    // tslab looks into its own node_modules only, where @types/node is not when it was hoisted.
    typeRoots: [...new Set([...(options.typeRoots ?? []), nodeTypes])],
  };
}
