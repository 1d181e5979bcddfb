import Glibc

/// One pass over a store that wipes the traces which deleting leaves.
///
/// `secure_delete` overwrites what is deleted where it stands. But rows have stood elsewhere
/// before: when SQLite divides or joins pages of a b-tree, it moves rows and leaves the old copies
/// in the page, between the pointers to its cells and the first cell. Those bytes mean nothing to
/// SQLite (https://www.sqlite.org/fileformat.html, section 1.6), and the pass sets them to zero in
/// the main file.
///
/// Nothing but such bytes is written, so that it does no harm wherever it is interrupted, and
/// readers may go on meanwhile.
///
/// What changes while the pass lasts is noted whenever it is moved from the write-ahead log to the
/// main file, and wiped in rounds once the pass is through: pages that were read before they were
/// wiped, and written since, still have the old bytes. Only what is written again before its turn
/// has come can have them at the end of a round; so each round is about fewer pages, until one step
/// does the rest.
final class StoreScrub {
    /// How much is read in one step: 1 MiB, in well under a millisecond when it is in memory.
    static let stepPages = 256

    /// How many erasures this pass is for.
    let traces: Int
    private let handle: SQLiteHandle
    private let main: SQLiteFile
    private let buffer: UnsafeMutableRawBufferPointer
    private let pageBytes: Int
    private let lastPage: Int64
    /// The first page is the schema's.
    private var nextPage: Int64 = 2
    /// Pages that changed since the pass, or the round, began, as far as the log was read.
    private var changed = PageSet()
    /// What a round wipes, and where it has come to; nil during the pass.
    private var round: (pages: PageSet, next: Int64)?

    /// - Precondition: The log is empty.
    init(_ handle: SQLiteHandle, traces: Int) throws {
        guard let main = try SQLiteFile(.main, of: handle),
            let pageBytes = try SQLiteStatement("PRAGMA page_size", on: handle)
                .first({ Int($0.integer(0)) })
        else { throw handle.damaged("the store has no pages") }
        self.traces = traces
        self.handle = handle
        self.main = main
        self.pageBytes = pageBytes
        self.lastPage = try main.sizeBytes() / Int64(pageBytes)
        self.buffer = .allocate(byteCount: Self.stepPages * pageBytes, alignment: 8)
        guard lastPage < BTreePage.ambiguousPageCount else {
            buffer.deallocate()
            throw StorageError(
                .rejected,
                "the store \(handle.path) has more than \(BTreePage.ambiguousPageCount) pages; "
                    + "what was erased is deleted in it, but copies in unused space cannot be "
                    + "wiped: stop the daemon and run 'VACUUM' on the store with sqlite3"
            )
        }
    }

    deinit {
        buffer.deallocate()
    }

    /// Wipes the next pages of the main file. Returns whether there are more in the pass, or the
    /// round.
    func step() throws -> Bool {
        if let round { return try step(in: round) }
        let count = min(Int64(Self.stepPages), lastPage - nextPage + 1)
        guard count > 0 else { return false }
        try wipe(pages: nextPage..<(nextPage + count))
        try settle()
        nextPage += count
        return nextPage <= lastPage
    }

    private func step(in round: (pages: PageSet, next: Int64)) throws -> Bool {
        let (pages, next) = round.pages.elements(from: round.next, limit: Self.stepPages)
        try wipe(pages)
        self.round?.next = next
        return pages.count == Self.stepPages
    }

    /// Notes which pages stand in the log; to be called before they are moved to the main file.
    func noteLog() throws {
        guard let log = try SQLiteFile(.log, of: handle) else { return }
        let frameBytes = Int64(Self.frameHeaderBytes + pageBytes)
        let count = (try log.sizeBytes() - Int64(Self.logHeaderBytes)) / frameBytes
        guard count > 0 else { return }
        // Of a log that is written from its start again, what it held before is looked at as well.
        let number = UnsafeMutableRawBufferPointer(rebasing: buffer[..<4])
        for frame in 0..<count {
            try log.read(into: number, at: Int64(Self.logHeaderBytes) + frame * frameBytes)
            changed.insert(Int64(number.loadUnaligned(as: UInt32.self).bigEndian))
        }
    }

    /// Begins a round with the pages that were noted; all of them stand in the main file now, and
    /// in no cache. Returns whether that is all: so few that they were wiped at once.
    func beginRound() throws -> Bool {
        if let round { changed.formIntersection(round.pages) }
        let pages = changed
        changed = PageSet()
        guard pages.count > Self.stepPages else {
            try wipe(pages.elements(from: 2, limit: Self.stepPages).pages)
            return true
        }
        round = (pages, 2)
        return false
    }

    private func wipe(_ pages: [Int64]) throws {
        let last = try main.sizeBytes() / Int64(pageBytes)
        for page in pages where page <= last { try wipe(pages: page..<(page + 1)) }
        try settle()
    }

    private var hasWritten = false

    /// Waits until what was wiped is on the disk.
    private func settle() throws {
        guard hasWritten else { return }
        try main.synchronise()
        hasWritten = false
    }

    // https://www.sqlite.org/fileformat.html, section 4.1.
    private static let logHeaderBytes = 32
    private static let frameHeaderBytes = 24

    private func wipe(pages: Range<Int64>) throws {
        let bytes = UnsafeMutableRawBufferPointer(rebasing: buffer[..<(pages.count * pageBytes)])
        let start = (pages.lowerBound - 1) * Int64(pageBytes)
        try main.read(into: bytes, at: start)
        for index in 0..<pages.count {
            let offset = index * pageBytes
            let page = UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + pageBytes)])
            guard let gap = BTreePage.gap(of: page) else {
                throw handle.damaged("page \(pages.lowerBound + Int64(index)) contradicts itself")
            }
            guard !BTreePage.isBlank(page, in: gap) else { continue }
            let range = (offset + gap.lowerBound)..<(offset + gap.upperBound)
            let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[range])
            rest.initializeMemory(as: UInt8.self, repeating: 0)
            try main.write(UnsafeRawBufferPointer(rest), at: start + Int64(range.lowerBound))
            hasWritten = true
        }
    }
}

/// Numbers of pages, a bit for each: 32 KiB for a store of 1 GiB.
struct PageSet {
    private var words: [UInt64] = []
    private(set) var count = 0

    mutating func insert(_ page: Int64) {
        let (word, bit) = (Int(page / 64), UInt64(1) << UInt64(page % 64))
        if word >= words.count {
            words += [UInt64](repeating: 0, count: word + 1 - words.count)
        }
        guard words[word] & bit == 0 else { return }
        words[word] |= bit
        count += 1
    }

    mutating func formIntersection(_ other: PageSet) {
        for index in words.indices {
            words[index] &= index < other.words.count ? other.words[index] : 0
        }
        count = words.reduce(0) { $0 + $1.nonzeroBitCount }
    }

    /// The first `limit` from `start` on, and where the rest begins.
    func elements(from start: Int64, limit: Int) -> (pages: [Int64], next: Int64) {
        var pages: [Int64] = []
        var page = max(0, start)
        while pages.count < limit, Int(page / 64) < words.count {
            let rest = words[Int(page / 64)] >> UInt64(page % 64)
            guard rest != 0 else {
                page = (page / 64 + 1) * 64
                continue
            }
            page += Int64(rest.trailingZeroBitCount)
            pages.append(page)
            page += 1
        }
        return (pages, page)
    }
}

/// What has to be known of a page of a b-tree (https://www.sqlite.org/fileformat.html, section
/// 1.6).
enum BTreePage {
    /// From so many pages on, other pages, which begin with a page's number, could look like these.
    static let ambiguousPageCount: Int64 = 0x0200_0000

    /// Where nothing stands: behind the pointers to the cells, before the first cell. Empty in
    /// pages of other kinds; nil if the page contradicts itself.
    static func gap(of page: UnsafeRawBufferPointer) -> Range<Int>? {
        let header: Int
        switch page[0] {
        case 2, 5: header = 12
        case 10, 13: header = 8
        default: return 0..<0
        }
        let start = header + 2 * integer(page, at: 3)
        let content = integer(page, at: 5)
        let end = content == 0 ? 65_536 : content
        guard start <= end, end <= page.count else { return nil }
        return start..<end
    }

    static func isBlank(_ page: UnsafeRawBufferPointer, in range: Range<Int>) -> Bool {
        guard let first = range.first, let start = page.baseAddress else { return true }
        // All are equal to the first.
        return page[first] == 0
            && memcmp(start + first, start + first + 1, range.count - 1) == 0
    }

    private static func integer(_ page: UnsafeRawBufferPointer, at offset: Int) -> Int {
        Int(page.loadUnaligned(fromByteOffset: offset, as: UInt16.self).bigEndian)
    }
}
