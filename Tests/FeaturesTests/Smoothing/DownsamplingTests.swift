import Artifacts
import Features
import Testing

@Test func `Groups are counted from the newest value`() throws {
  let values = (1...7).map(Double.init)
  #expect(try CatalogueSettings.filter("downsample", ["step": 3]).filtered(values) == [1, 3, 6])
  let pick = try CatalogueSettings.filter("downsample", ["step": 3, "mode": "pick"])
  #expect(pick.filtered(values) == [1, 4, 7])
  #expect(try CatalogueSettings.filter("downsample", ["step": 1]).filtered(values) == values)
  #expect(try CatalogueSettings.filter("downsample", ["step": 9]).filtered(values) == [4])
}

@Test(arguments: [(0, 0), (1, 1), (2, 2), (3, 5), (4, 6), (6, 1)])
func `After a truncation the groups are left that hold a value of the window`(before: Int, behind: Int) throws
{
  let step = 3
  let downsample = try CatalogueSettings.filter(
    "downsample", ["step": .integer(Int64(step)), "mode": "pick"])
  let count = before + 10 + behind
  let values = (0..<count).map { Double($0) }
  var (found, extent) = (values, FilterExtent())
  extent.before = before
  extent.behind = behind
  downsample.apply(&found, &extent)
  try CatalogueSettings.filter("truncate").apply(&found, &extent)
  let own = values.filter { newest in
    (count - 1 - Int(newest)) % step == 0 && Int(newest) >= before && Int(newest) - step + 1 < before + 10
  }
  #expect(found == own)
}
