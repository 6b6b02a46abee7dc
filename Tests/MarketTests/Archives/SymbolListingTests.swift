import Market
import Testing

private let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult xmlns=\"http://s3\">"
private let page =
  head + "<Name>data.binance.vision</Name><Prefix>data/spot/monthly/klines/</Prefix><Marker></Marker>"
  + "<NextMarker>data/spot/monthly/klines/BTCUSDT/</NextMarker><MaxKeys>1000</MaxKeys>"
  + "<Delimiter>/</Delimiter><IsTruncated>true</IsTruncated>\n"
  + "<Contents><Key>data/a&amp;b.zip</Key><Size>12</Size><ETag>&quot;1&quot;</ETag></Contents>"
  + "<CommonPrefixes><Prefix>data/spot/monthly/klines/1INCHBTC/</Prefix></CommonPrefixes>"
  + "<CommonPrefixes><Prefix>data/spot/monthly/klines/BTCUSDT/</Prefix></CommonPrefixes></ListBucketResult>"

@Test func `A page of the list of archives is read`() throws {
  let listing = try SymbolListing.parse(Array(page.utf8))
  #expect(listing.names == ["1INCHBTC", "BTCUSDT"])
  #expect(listing.prefixes.last == "data/spot/monthly/klines/BTCUSDT/")
  #expect(listing.keys == ["data/a&b.zip"])
  #expect(listing.isTruncated)
  #expect(listing.nextMarker == "data/spot/monthly/klines/BTCUSDT/")
}

@Test func `A list of nothing is empty`() throws {
  let listing = try SymbolListing.parse(
    Array((head + "<Marker/><IsTruncated>false</IsTruncated></ListBucketResult>\n").utf8))
  #expect(listing.prefixes.isEmpty && listing.keys.isEmpty)
  #expect(!listing.isTruncated && listing.nextMarker == nil)
}

@Test(arguments: [
  "", "<html></html>", "{}", page + page, page + "x", head, head + "</Name>",
  head + "<a></b></ListBucketResult>",
  head + "<IsTruncated>maybe</IsTruncated></ListBucketResult>",
  head + "<Contents><Key></Key></Contents></ListBucketResult>",
  head + "<Contents><Key>a\0b</Key></Contents></ListBucketResult>",
  head + "<Contents><Key>&bomb;</Key></Contents></ListBucketResult>",
  "<!DOCTYPE x [<!ENTITY a \"b\">]>" + page, head + String(repeating: "<a>", count: 100_000),
  "<Error><Code>NoSuchKey</Code></Error>",
])
func `What is no list of archives is refused`(text: String) {
  #expect(throws: ArchiveError.self) { try SymbolListing.parse(Array(text.utf8)) }
}

@Test func `Every list that is cut off is refused`() {
  let bytes = Array(page.utf8)
  for count in bytes.indices {
    #expect(throws: ArchiveError.self) { try SymbolListing.parse(Array(bytes.prefix(count))) }
  }
}
