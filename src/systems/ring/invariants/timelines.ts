/** What is posted is seen by every follower: once, and in the order of its author. */
import type { Invariant, Returned, Violation } from "#invariants"
import { Kind } from "#world"
import { knobs, promised } from "../design.ts"
import { inboxName, postsName } from "../keys.ts"
import type { Answer, Fact } from "../protocol.ts"
import { followersOf } from "../timeline.ts"
import { Holdings } from "./holdings.ts"

export const postsOnceInOrder: Invariant = {
  name: promised.order,
  kind: "always",
  sentence: "Whoever reads a feed sees the posts of each author once and in order, from the first one on.",
  assumes: ["damage", "time"],
  judge: () => {
    let exercised = 0
    return {
      exercised: () => exercised,
      see: (entry): Violation | undefined => {
        if (entry.kind !== Kind.return) return undefined
        const { id, outcome } = entry.value as Returned
        if (outcome._tag !== "ok") return undefined
        const last = new Map<number, number>()
        for (const { author, nth } of (outcome.value as Answer).feed ?? []) {
          exercised++
          const before = last.get(author) ?? 0
          if (nth !== before + 1) {
            return {
              because: `${id} shows post ${nth} of person ${author} where ${before + 1} is next`,
              evidence: [entry.index],
            }
          }
          last.set(author, nth)
        }
        return undefined
      },
    }
  },
}

export const postsReachFollowers: Invariant = {
  name: promised.delivered,
  kind: "eventually",
  sentence: "Once the storm is over, an author whose posts are pushed has all of them in the inbox of every follower.",
  assumes: ["absence", "damage", "time"],
  judge: (stage) => {
    const people = stage.size.people ?? knobs.people.default
    const holdings = new Holdings()
    /** Authors who push: whoever ever did. */
    const pushes = new Set<number>()
    return {
      exercised: () => pushes.size,
      see: (entry) => {
        holdings.see(entry)
        if (entry.kind !== Kind.fact) return undefined
        const fact = entry.value as Fact
        if (fact._tag !== "Holds" || fact.content._tag !== "inbox") return undefined
        for (const { author } of fact.content.entries) pushes.add(author)
        return undefined
      },
      waits: () => {
        const rows = holdings.newest()
        for (const author of pushes) {
          const posts = rows.get(postsName(author, people))?.content
          const many = posts?._tag === "posts" ? posts.texts.length : 0
          for (const follower of followersOf(author, people)) {
            const inbox = rows.get(inboxName(follower, people))?.content
            const entries = inbox?._tag === "inbox" ? inbox.entries : []
            const has = entries.filter((each) => each.author === author).length
            if (has < many) return `person ${follower} has ${has} of ${many} posts of person ${author}`
          }
        }
        return undefined
      },
    }
  },
}
