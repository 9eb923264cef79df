/**
 * Timelines: what authors post, and what their followers see. Pure.
 *
 * Pushed, a post is copied to the inbox of every follower when it is written; pulled, it is fetched from its author when
 * somebody reads. The first costs one write for each follower (003:59: 50 million), the second one read for each author; the
 * hybrid pushes what has few followers and pulls what has many.
 */
import * as Schema from "effect/Schema"

const Post = Schema.Struct({ nth: Schema.Int, text: Schema.String })
export type Post = typeof Post.Type

/** What an author has posted; the first is number 1. */
export const Posts = Schema.TaggedStruct("posts", { texts: Schema.Array(Schema.String) })
export type Posts = typeof Posts.Type

const Entry = Schema.Struct({ author: Schema.Int, nth: Schema.Int, text: Schema.String })
export type FeedEntry = typeof Entry.Type

/** What was pushed to a follower, in the order in which it came. */
export const Inbox = Schema.TaggedStruct("inbox", { entries: Schema.Array(Entry) })
export type Inbox = typeof Inbox.Type

export const TimelineChange = Schema.Union([
  Schema.TaggedStruct("post", { text: Schema.String }),
  /** All posts of an author from some number on; those that are there already are known by their numbers. */
  Schema.TaggedStruct("deliver", { author: Schema.Int, posts: Schema.Array(Post) }),
])
export type TimelineChange = typeof TimelineChange.Type

export const changedPosts = (posts: Posts | undefined, text: string): Posts => ({
  _tag: "posts",
  texts: [...(posts?.texts ?? []), text],
})

export const changedInbox = (
  inbox: Inbox | undefined,
  { author, posts }: TimelineChange & { readonly _tag: "deliver" },
): Inbox => {
  const entries = inbox?.entries ?? []
  const last = entries.reduce((most, entry) => (entry.author === author ? Math.max(most, entry.nth) : most), 0)
  const news = posts.filter(({ nth }) => nth > last).map(({ nth, text }) => ({ author, nth, text }))
  return { _tag: "inbox", entries: [...entries, ...news] }
}

/** The posts of an author as a feed shows them. */
export const entriesOf = (author: number, { texts }: Posts): readonly FeedEntry[] =>
  texts.map((text, at) => ({ author, nth: at + 1, text }))

/** How many ordinary people follow an author; the first author is followed by everybody else. */
const ordinaryFollowers = 2

/** Who follows an author, among so many people. */
export const followersOf = (author: number, people: number): readonly number[] => {
  const many = author === 0 ? people - 1 : Math.min(ordinaryFollowers, people - 1)
  return Array.from({ length: many }, (_, nth) => (author + 1 + nth) % people)
}

/** Whom somebody follows. */
export const followedBy = (reader: number, people: number): readonly number[] =>
  Array.from({ length: people }, (_, author) => author).filter((author) => followersOf(author, people).includes(reader))

/** Whether the posts of an author are pushed. */
export const isPushed = (fanout: string, author: number, people: number): boolean =>
  fanout === "push" ||
  fanout === "forgetful" ||
  (fanout === "hybrid" && followersOf(author, people).length <= ordinaryFollowers)
