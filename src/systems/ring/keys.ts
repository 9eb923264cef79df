/** The names of keys. All begin with a name of the ordered space, so that ranges have something to cut. */

/** How many names there are; those in use are spread evenly among them. */
export const names = 1000

/** The name of one of so many keys. */
export const keyName = (key: number, keys: number): string =>
  `k${String(Math.floor(((key % keys) * names) / keys)).padStart(3, "0")}`

/** Every name a key can have, in order: what ranges are cut from, and balance is judged by. */
export const everyKey: readonly string[] = Array.from({ length: names }, (_, nth) => keyName(nth, names))

export const accountName = (owner: number, keys: number): string => `${keyName(owner, keys)}:account`

/** A transfer lies on the shard that its own name leads to, which need not be that of either account. */
export const transferName = (id: string, from: string): string => `${from.slice(0, 4)}:transfer:${id}`

export const postsName = (author: number, keys: number): string => `${keyName(author, keys)}:posts`

export const inboxName = (reader: number, keys: number): string => `${keyName(reader, keys)}:inbox`

/** The ordinal of whose posts or inbox it is. */
export const personOf = (name: string, keys: number): number => Math.ceil((Number(name.slice(1, 4)) * keys) / names)

/** One of the names under which a hot key's copies, or parts, lie. */
export const partName = (name: string, nth: number): string => `${name}#${nth}`

export const likesName = (name: string): string => `${name}:likes`

/** Whether it is a plain key, as a scan or a page lists them. */
export const isPlain = (name: string): boolean => name.length === 4
