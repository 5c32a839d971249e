import { getHub } from "./hub";

/**
 * Calls `listener` on Jupyter's interrupt (SIGINT), while a cell awaits something as well as between cells; not during synchronous code of a
 * cell, which the interrupt stops by itself. Returns a function that removes the listener. Register it only while there is work to abort:
 * our own kernel gives such work half a second to end with its own error before it ends the cell.
 */
export function onInterrupt(listener: () => void): () => void {
  const { interruptListeners } = getHub();
  // A new function, so that the same listener may be registered twice.
  const entry = () => listener();
  interruptListeners.add(entry);
  return () => void interruptListeners.delete(entry);
}
