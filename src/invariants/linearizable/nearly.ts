/** Sorts what is nearly sorted: by insertion, as long as little has to be moved, else as usual. */

/** Sorts the first so many; those that compare equal keep their order. */
export const sortNearly = (items: Int32Array, count: number, isBefore: (a: number, b: number) => boolean): void => {
  let moves = count * 16
  for (let i = 1; i < count; i++) {
    const item = items[i] as number
    let to = i
    for (; to > 0 && isBefore(item, items[to - 1] as number); to--) items[to] = items[to - 1] as number
    items[to] = item
    moves -= i - to
    if (moves < 0) {
      items.subarray(0, count).sort((a, b) => (isBefore(a, b) ? -1 : isBefore(b, a) ? 1 : 0))
      return
    }
  }
}
