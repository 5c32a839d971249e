/** Id of a cluster: 0, 1, 2, … in the order of their making, never reused; -1 holds the outliers. */
export type ClusterId = number & { readonly [clusterBrand]: true };

declare const clusterBrand: unique symbol;

/** The cluster of the rows that belong to none. */
export const UNCLUSTERED = -1 as ClusterId;
/** The label of {@link UNCLUSTERED}. */
export const UNCLUSTERED_LABEL = "Unclustered";
