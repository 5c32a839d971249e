export { cellMeans, compareCells, joinVisitors, nearestCentroids, splitGroups } from "./cells";
export * from "./hdbscan";
export { chebyshevStep, memberships } from "./graph";
export { assignRows, moveCentroids, offerCandidates, ownDistances, sumMembers, takeCandidate } from "./kmeans";
export { optimise } from "./layout";
export { applyUpdates, gatherCandidates, joinCandidates } from "./descent";
export { compareTiles, searchRows } from "./exact-search";
export { addResiduals, makeSketches, packSketches, projectSketches, rankAgain } from "./search-index";
export { hashRows, orthonormalise, products, squaredLengths, toUnitLength } from "./vectors";
