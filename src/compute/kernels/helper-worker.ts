import { workerData } from "node:worker_threads";
import { Board } from "./board";
import type { Kernel } from "./kernels";
import { kernelNames, type HelperData } from "./threads";
import { instantiate } from "./web-assembly";

const helper = workerData as HelperData;
const functions = instantiate(helper.module, helper.memory);
const kernels = kernelNames(functions).map((name) => functions[name] as unknown as Kernel);
new Board(helper.board).follow(kernels, helper.thread);
