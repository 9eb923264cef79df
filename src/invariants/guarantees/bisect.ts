/** The place of the first of a list, before `end`, that is so; all after it must be so, too. `end` if none is. */
export const firstAt = <A>(sorted: readonly A[], isSo: (each: A) => boolean, end = sorted.length): number => {
  let low = 0
  let high = end
  while (low < high) {
    const middle = (low + high) >> 1
    if (isSo(sorted[middle] as A)) high = middle
    else low = middle + 1
  }
  return low
}
