/** Time between two looks. */
const INTERVAL_MS = 2000;

/** Ends this process when the one that started it is gone (a Jupyter server that was killed): nobody could ever stop it then. */
export function exitWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(1);
  }, INTERVAL_MS).unref();
}
