/** Loaded into a child before its own code, so that it does not outlive the stack. */
export const endWithParent = new URL('../process/end-with-parent.js', import.meta.url).href;
