/** Comm transport for tslab: widget models, displays and interrupts of a notebook, in our own kernel and in a stock one. */
export { attach, type Attachment } from "./attach";
export { CellDisplay, type MimeBundle } from "./cell-display";
export { onInterrupt } from "./interrupt";
export { KERNEL_DISPLAY_NAME, KERNEL_NAME, writeKernelspec } from "./kernelspec";
export { displaySymbol, type Displayable } from "./rich-display";
export { WidgetModel, type MessageListener, type WidgetModelOptions } from "./widget-model";
