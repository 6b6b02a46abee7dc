private import Artifacts
package import Chronology
private import Configuration

extension TimeZoneRules {
  /// Where systems keep the tz database.
  private static let folders = ["/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo"]

  /// The time zone of an IANA name such as `Europe/Berlin`, from the system's database; `UTC` needs none.
  package init(named name: String) throws(TimetableError) {
    if name == "UTC" {
      self = .utc
      return
    }
    guard let folder = Self.folders.first(where: Disk.isDirectory) else { throw .noZones }
    let path = folder + "/" + name
    guard Self.isName(name), let file = try? Disk.read(path, limit: 1 << 20) else {
      throw .unknownZone(name, nearest: NearestName.of(name, among: Self.names(in: folder)))
    }
    guard let rules = TimeZoneRules(name: name, file: file) else { throw .damagedZone(path: path) }
    self = rules
  }

  /// Words with slashes between them: no way out of the folder.
  private static func isName(_ name: String) -> Bool {
    name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { word in
      word.first?.isLetter == true
        && word.utf8.allSatisfy { byte in
          switch byte {
          case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
          default: "_-+".utf8.contains(byte)
          }
        }
    }
  }

  /// The names to suggest: the third column of the database's own list.
  private static func names(in folder: String) -> [String] {
    guard let list = try? Disk.read(folder + "/zone1970.tab", limit: 1 << 20) else { return [] }
    return String(decoding: list, as: UTF8.self).split(separator: "\n").compactMap { line in
      let columns = line.split(separator: "\t")
      return line.hasPrefix("#") || columns.count < 3 ? nil : String(columns[2])
    }
  }
}
