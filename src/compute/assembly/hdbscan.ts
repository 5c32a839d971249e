export * from "./all-pairs";
export * from "./boruvka-candidates";
export {
  firstCandidates2,
  firstCandidates3,
  innerComponents,
  innerCores,
  joinComponents2,
  joinComponents3,
  keepRoots,
  leafComponents,
  leafCores,
  startComponents,
} from "./boruvka-components";
export * from "./distinct-points";
export { nearestNeighbors2, nearestNeighbors3, neighborScratch } from "./kd-neighbors";
export { splitNodes2, splitNodes3 } from "./kd-tree";
export * from "./radix-sort";
export * from "./single-linkage";
