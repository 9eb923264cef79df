/** A node's name in its own hue: one per node, the same wherever it is named. */

import type { NodeView } from "../session/view.ts"
import type { Canvas } from "../terminal/canvas.ts"
import { hue, type Token } from "../terminal/theme.ts"

const arrow = "→"

export const hueOf = ({ index }: Pick<NodeView, "index">): Token => hue(index)

/** The hue of a node that is known by its name; what is no node has none. */
export const hues = (nodes: readonly NodeView[]): ((id: string) => Token) => {
  const known = new Map(nodes.map((node) => [node.id, hueOf(node)]))
  return (id) => known.get(id) ?? "dim"
}

/** Paints `n1` or `n1→n2`, each name in its hue; no wider than told. */
export const paintWho = (
  canvas: Canvas,
  x: number,
  y: number,
  who: string,
  hueOfId: (id: string) => Token,
  width: number,
): void => {
  let taken = 0
  for (const [nth, id] of who.split(arrow).entries()) {
    if (nth > 0) taken += canvas.text(x + taken, y, arrow, "dim", width - taken)
    taken += canvas.text(x + taken, y, id, hueOfId(id), width - taken)
  }
}

/** How wide the longest way from node to node is when it is written. */
export const wayWidth = (nodes: readonly NodeView[]): number =>
  2 * nodes.reduce((longest, { id }) => Math.max(longest, id.length), 0) + arrow.length
