/// "Did you mean": the nearest of some known words.
public enum Suggestion {
    /// The candidate nearest to `word`, if one is near enough to be meant; letter case does not
    /// count.
    public static func nearest(to word: String, among candidates: [String]) -> String? {
        let scalars = Array(word.lowercased().unicodeScalars)
        // About one slip in three letters is still a slip; more is another word.
        let limit = max(1, scalars.count / 3)
        var best: (word: String, distance: Int)?
        for candidate in candidates {
            let other = Array(candidate.lowercased().unicodeScalars)
            guard abs(other.count - scalars.count) <= limit else { continue }
            let distance = distance(scalars, other)
            if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.word
    }

    /// Optimal string alignment distance: insertions, deletions, substitutions and swaps of
    /// neighbours.
    static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        var beforePrevious: [Int] = []
        var previous = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var cost = min(
                    previous[j + 1] + 1,
                    row[j] + 1,
                    previous[j] + (a[i] == b[j] ? 0 : 1)
                )
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    cost = min(cost, beforePrevious[j - 1] + 1)
                }
                row.append(cost)
            }
            beforePrevious = previous
            previous = row
        }
        return previous[b.count]
    }
}
