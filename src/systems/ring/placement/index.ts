/** The ways of placing keys, side by side. */
export { bounded } from "./bounded.ts"
export { Directory, directory } from "./directory.ts"
export { jump, jumpTo } from "./jump.ts"
export { modulo } from "./modulo.ts"
export { circle, type Movement, movement, type Placement, pointOf, skew } from "./placement.ts"
export { Ranges, ranges, type Stretch } from "./range.ts"
export { rendezvous } from "./rendezvous.ts"
export { type Point, Ring, type RingOptions, ring } from "./ring.ts"
