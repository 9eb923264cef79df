/** Words in lines of a given width, broken between words; a word that is too long for a line is broken where the line ends. */
export const wrap = (words: string, width: number): readonly string[] => {
  const lines: string[] = []
  let line = ""
  for (const word of words.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`
    if (longer.length <= width) {
      line = longer
      continue
    }
    if (line !== "") lines.push(line)
    line = word
    while (line.length > width) {
      lines.push(line.slice(0, width))
      line = line.slice(width)
    }
  }
  if (line !== "") lines.push(line)
  return lines
}
