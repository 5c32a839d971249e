export * from "./hdbscan";
export { chebyshevStep, memberships } from "./graph";
export { assignRows, moveCentroids, offerCandidates, ownDistances, sumMembers, takeCandidate } from "./kmeans";
export { optimise } from "./layout";
export { applyUpdates, gatherCandidates, joinCandidates, joinLeaves } from "./descent";
export { compareTiles, searchRows } from "./exact-search";
export { makeSketches, rankAgain } from "./search-index";
export { plantTrees } from "./trees";
export { hashRows, products, squaredLengths, toUnitLength } from "./vectors";
