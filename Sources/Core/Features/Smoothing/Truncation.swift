/// Takes away what filters before it have put before and behind the values.
package struct Truncation: Filter {
  package static let name = "truncate"

  package init(_ settings: PartSettings) throws(FeatureError) {}

  package func apply(_ values: inout [Double], _ extent: inout FilterExtent) {
    values = Array(values[extent.before..<values.count - extent.behind])
    extent = FilterExtent()
  }
}
