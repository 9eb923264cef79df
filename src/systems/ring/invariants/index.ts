/** The promises of a sharded store, judged by what shards did and by what clients were told. */
import type { Invariant } from "#invariants"
import { acknowledgedWritesAreRead, readsDoNotGoBack } from "./fresh.ts"
import { aPartialAnswerSaysSo, pagesNeitherSkipNorRepeat } from "./gathered.ts"
import { loadIsBalanced, movesOnlyWhatMust, oneHolderAfterwards, oneOwnerPerEpoch } from "./ownership.ts"
import { reshardedUnderLoad, reshardingSettles } from "./reshard.ts"
import { postsOnceInOrder, postsReachFollowers } from "./timelines.ts"
import { transfersKeepTheTotal } from "./transfers.ts"

export const invariants: readonly Invariant[] = [
  acknowledgedWritesAreRead,
  readsDoNotGoBack,
  oneOwnerPerEpoch,
  movesOnlyWhatMust,
  loadIsBalanced,
  aPartialAnswerSaysSo,
  pagesNeitherSkipNorRepeat,
  postsOnceInOrder,
  oneHolderAfterwards,
  transfersKeepTheTotal,
  postsReachFollowers,
  reshardingSettles,
  reshardedUnderLoad,
]
