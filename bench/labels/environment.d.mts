/** This folder. */
export const folder: string;
/** The environment's Python. */
export const python: string;
/** Makes it; a second call finds it in place. */
export function ensurePython(): Promise<void>;
