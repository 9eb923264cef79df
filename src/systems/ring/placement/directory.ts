/**
 * A directory: a table says who owns each key (002:65). It moves exactly what one wants moved, and somebody has to keep it,
 * to ask it, and to notice when a copy of it is old.
 */
import type { Placement } from "./placement.ts"

export class Directory implements Placement {
  readonly nodes: readonly string[]
  readonly table: ReadonlyMap<string, string>
  readonly #otherwise: Placement

  /** What the table does not mention is where `otherwise` has it. */
  constructor(nodes: readonly string[], table: ReadonlyMap<string, string>, otherwise: Placement) {
    this.nodes = nodes
    this.table = table
    this.#otherwise = otherwise
  }

  readonly owner = (key: string): string => this.table.get(key) ?? this.#otherwise.owner(key)

  /** The known keys levelled over some nodes, with as few moved as that takes. */
  levelled(nodes: readonly string[], keys: readonly string[], otherwise: Placement): Directory {
    const held = new Map<string, string[]>(nodes.map((node) => [node, []]))
    const homeless: string[] = []
    for (const key of [...keys].sort()) (held.get(this.owner(key)) ?? homeless).push(key)
    const [share, over] = [Math.floor(keys.length / nodes.length), keys.length % nodes.length]
    // Whoever holds the most keeps the larger shares.
    const bySize = [...held].sort(([, a], [, b]) => b.length - a.length)
    for (const [nth, [, own]] of bySize.entries()) homeless.push(...own.splice(share + (nth < over ? 1 : 0)))
    for (const [nth, [, own]] of bySize.entries()) {
      own.push(...homeless.splice(0, share + (nth < over ? 1 : 0) - own.length))
    }
    const table = new Map(bySize.flatMap(([node, own]) => own.map((key) => [key, node] as const)))
    return new Directory(nodes, table, otherwise)
  }
}

export const directory = (nodes: readonly string[], keys: readonly string[], otherwise: Placement): Directory =>
  new Directory(nodes, new Map(), otherwise).levelled(nodes, keys, otherwise)
