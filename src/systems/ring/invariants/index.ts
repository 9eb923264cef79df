/** The promises of a sharded store, judged by what shards did and by what clients were told. */
import type { Invariant } from "#invariants"
import { acknowledgedWritesAreRead } from "./fresh.ts"
import { loadIsBalanced, movesOnlyWhatMust, oneHolderAfterwards, oneOwnerPerEpoch } from "./ownership.ts"
import { reshardedUnderLoad, reshardingSettles } from "./reshard.ts"

export const invariants: readonly Invariant[] = [
  acknowledgedWritesAreRead,
  oneOwnerPerEpoch,
  movesOnlyWhatMust,
  loadIsBalanced,
  oneHolderAfterwards,
  reshardingSettles,
  reshardedUnderLoad,
]
