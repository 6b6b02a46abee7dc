package import Artifacts

/// Windows of made-up series that are mixed into the batches of real ones; they are trained on and never judged by.
package struct SyntheticWindows: Sendable {
  package let table: WindowTable
  /// The share of each batch that is real, 0…1.
  package let realProportion: Double
  /// The training part of them.
  let origins: Origins

  package init(_ table: WindowTable, realProportion: Double, entities: [String]) {
    var table = table
    // A network is told the number that an entity has among the real ones; the one behind the last where it is none.
    table.entityCodes = table.signature.entities.map { entities.firstIndex(of: $0) ?? entities.count }
    self.table = table
    self.realProportion = realProportion
    origins = table.origins[.train] ?? []
  }

  /// How many windows of a batch are real.
  func real(ofBatch batch: Int) -> Int { Int((realProportion * Double(batch)).rounded()) }
}
