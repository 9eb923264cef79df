/** A page as it is measured: lines that are there to be pasted into a shell may be as long as they must be. */
export const isToPaste = (line: string): boolean => /^(replay {2}| {10})npx snowglobe /.test(line)

export const effectiveWidth = (lines: readonly string[]): number =>
  Math.max(...lines.filter((line) => !isToPaste(line)).map((line) => line.length))
