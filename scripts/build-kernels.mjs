// Compiles src/compute/assembly (AssemblyScript) to dist/compute/kernels.wasm, for threads on shared memory, and to
// dist/compute/kernels-single.wasm, for one thread where memory cannot be shared.
import path from "node:path";
import asc from "assemblyscript/asc";
import { root } from "./run-command.mjs";

const common = [
  "src/compute/assembly/index.ts",
  "-O3",
  "--runtime",
  "stub",
  "--noAssert",
  "--importMemory",
  "--use",
  "abort=",
];

export async function buildKernels() {
  await compile("kernels.wasm", ["--enable", "simd,threads", "--sharedMemory", "--maximumMemory", "65536"]);
  await compile("kernels-single.wasm", ["--enable", "simd"]);
}

async function compile(file, flags) {
  const { error, stderr } = await asc.main([...common, ...flags, "-o", path.join("dist", "compute", file)], {
    baseDir: root,
  });
  if (error) throw new Error(`${stderr.toString()}${error.message}`);
}

if (process.argv[1] === path.join(root, "scripts", "build-kernels.mjs")) await buildKernels();
