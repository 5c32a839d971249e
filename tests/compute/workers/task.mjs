// A worker that does what its input says.
import { setTimeout as wait } from "node:timers/promises";
import { serveTask } from "../../../dist/compute/worker-task.js";
import { LatentScopeError } from "../../../dist/scope/errors.js";

let served = 0;

serveTask(async (input, post) => {
  served++;
  switch (input.do) {
    case "echo":
      return input.value;
    case "count":
      return served;
    case "post":
      for (let i = 1; i <= input.times; i++) post(i);
      return "posted";
    case "wait":
      await wait(input.ms);
      return "waited";
    case "spin":
      post("spinning");
      for (;;);
    case "add one to each": {
      const values = new Int32Array(input.memory);
      values.forEach((value, i) => (values[i] = value + 1));
      return "added";
    }
    case "throw typed":
      throw new LatentScopeError("bad-vectors", "row 3 is not finite");
    case "throw":
      throw new TypeError("a bug");
    case "return a function":
      return () => 1;
    case "exit":
      return process.exit(3);
    case "throw later":
      process.nextTick(() => {
        throw new Error("outside of the task");
      });
      return new Promise(() => {});
  }
});
