import Artifacts
import Chronology

/// An array to be compared: its file, and the names that its artifact has for what stands in it.
struct ArraySource {
  let path: String
  /// The step that made it; empty for a file of no artifact.
  let step: String
  let outline: ArrayOutline
  let names: AxisNames

  init(_ entry: Manifest.ArrayEntry, of artifact: Artifact, names: AxisNames) {
    path = artifact.directory + "/" + entry.file
    step = artifact.manifest.step
    outline = ArrayOutline(entry)
    self.names = names
  }

  /// A file of no artifact.
  init(_ path: String) throws(ComparisonError) {
    self.path = path
    step = ""
    do { outline = ArrayOutline(try NumPyHeader.read(path)) } catch {
      throw .array(path: path, problem: error)
    }
    names = AxisNames()
  }

  /// The elements, mapped.
  func elements<Element: ArrayElement>(of type: Element.Type) throws(ComparisonError) -> StoredArray<Element>
  {
    let found: (elements: StoredArray<Element>, shape: [Int])
    do { found = try StoredArray<Element>.mapping(path) } catch { throw .array(path: path, problem: error) }
    guard found.shape == outline.shape else {
      throw .shape(path: path, step: step, recorded: outline.shape, found: found.shape)
    }
    return found.elements
  }

  /// Elements of a row: the product of all extents but the first.
  var width: Int { outline.shape.dropFirst().reduce(1, *) }

  /// The axis that tells columns apart: the last one with names for its places.
  var columnAxis: Int? { outline.axes.lastIndex { names.isColumn($0) } }

  /// The names of the columns; numbers where the facts do not fit the shape.
  var columnNames: [String] {
    guard let axis = columnAxis, axis < outline.shape.count else { return [] }
    let count = outline.shape[axis]
    let known = names.columns(of: outline.axes[axis])
    return known.count == count ? known : (0..<count).map { "column \($0)" }
  }

  /// The indices of an element, one for each axis.
  func index(ofElement position: Int) -> [Int] {
    var rest = position
    var index: [Int] = []
    for extent in outline.shape.reversed() {
      index.append(rest % extent)
      rest /= extent
    }
    return index.reversed()
  }
}
