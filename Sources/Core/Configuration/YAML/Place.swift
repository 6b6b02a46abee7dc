/// Where a piece of configuration is written: a line and column of a file, or a flag of the command line.
package struct Place: Hashable, Sendable, CustomStringConvertible {
  package var file: String
  /// 1 for the first line; 0 for a place that is no file.
  package var line: Int
  package var column: Int

  package init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  /// A flag such as `--set windows.horizon=48`.
  package static func flag(_ text: String) -> Place { Place(file: text, line: 0, column: 0) }

  /// `pipeline.yaml:12:7`, as editors and terminals understand it.
  package var description: String { line == 0 ? file : "\(file):\(line):\(column)" }
}
