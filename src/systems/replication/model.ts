/** What a replicated log would be without networks, disks and failures: an array, read from its end. */
export interface Line {
  readonly key: number
  readonly value: string
}

export const readModel = (log: readonly Line[], key: number): string | null =>
  log.findLast((line) => line.key === key)?.value ?? null
