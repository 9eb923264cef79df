/** The first row that is shown, so that the chosen one is among them, in the middle where there is more on both sides. */
export const firstVisible = (rows: number, chosen: number, height: number): number =>
  Math.max(0, Math.min(rows - height, chosen - Math.floor(height / 2)))
