extension ArchiveShelf {
  /// The most entries of one page.
  private static let pageLimit = 1000

  /// S3's list of keys: `/?delimiter=/&prefix=data/spot/…&marker=…`.
  ///
  /// Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html
  func list(_ question: Question, into body: ByteBuffer) -> Answer {
    let request = question.request
    let prefix = request.value("prefix") ?? ""
    let marker = request.value("marker") ?? ""
    let entries = entries(under: prefix, now: question.now).filter { $0 > marker }
    let page = entries.prefix(Self.pageLimit)
    body.append(
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>data.binance.vision</Name>\
      <Prefix>\(Self.escaped(prefix))</Prefix><Marker>\(Self.escaped(marker))</Marker>
      """)
    if entries.count > page.count { body.append("<NextMarker>\(page.last ?? "")</NextMarker>") }
    body.append("<MaxKeys>\(Self.pageLimit)</MaxKeys><Delimiter>/</Delimiter>")
    body.append("<IsTruncated>\(entries.count > page.count)</IsTruncated>")
    for entry in page { append(entry, now: question.now, to: body) }
    body.append("</ListBucketResult>")
    return Answer(Reply(status: 200, contentType: Reply.xml))
  }

  private func append(_ entry: String, now: Int64, to body: ByteBuffer) {
    guard !entry.hasSuffix("/") else {
      body.append("<CommonPrefixes><Prefix>\(entry)</Prefix></CommonPrefixes>")
      return
    }
    let isChecksum = entry.hasSuffix(".CHECKSUM")
    guard let name = ArchiveName(path: "/" + (isChecksum ? String(entry.dropLast(9)) : entry)),
      let archive = archive(name, now: now)
    else { return }
    let size = isChecksum ? 64 + 2 + name.file.utf8.count + 1 : archive.bytes.count
    body.append(
      """
      <Contents><Key>\(entry)</Key><LastModified>\(HTTPDate.timestamp(archive.modified))</LastModified>\
      <ETag>\(archive.entityTag)</ETag><Size>\(size)</Size><StorageClass>STANDARD</StorageClass></Contents>
      """)
  }

  /// Keys and folders directly below a folder, sorted as S3 sorts them.
  private func entries(under prefix: String, now: Int64) -> [String] {
    var found: Set<String> = []
    for listing in market.listings where listing.from <= now {
      for grid in BarGrid.binanceNames.compactMap({ BarGrid($0) }) {
        for isMonthly in [true, false] where isMonthly || grid.milliseconds <= 86_400_000 {
          let folder = ArchiveName.folder(symbol: listing.symbol, grid, isMonthly: isMonthly)
          if folder.hasPrefix(prefix), folder != prefix {
            found.insert(Self.nextFolder(of: folder, after: prefix))
          } else if prefix.hasPrefix(folder) {
            let keys = keys(of: listing, grid, isMonthly: isMonthly, now: now)
            found.formUnion(keys.filter { $0.hasPrefix(prefix) })
          }
        }
      }
    }
    return found.sorted()
  }

  private static func nextFolder(of folder: String, after prefix: String) -> String {
    prefix + folder.dropFirst(prefix.count).prefix { $0 != "/" } + "/"
  }

  /// Every archive of a folder that is there now, and its checksum.
  private func keys(
    of listing: ServedMarket.Listing, _ grid: BarGrid, isMonthly: Bool, now: Int64
  ) -> [String] {
    var keys: [String] = []
    let end = min(now, listing.until ?? .max)
    var time = listing.from
    while time < end,
      let name = ArchiveName(symbol: listing.symbol, grid, isMonthly: isMonthly, containing: time)
    {
      let hasBars = !market.opens(
        of: listing, grid, from: name.start, through: name.end - 1, source: .archive, now: .max, limit: 1
      ).isEmpty
      if hasBars, (name.published ?? .max) <= now { keys += [name.path, name.path + ".CHECKSUM"] }
      time = name.end
    }
    return keys
  }
}
