import Artifacts
import StageKit

/// Stand-ins for `extract` and `prepare` that do what every stage does around its work, and next to no work.
///
/// The orchestrator finds the programs of the stages beside itself by name, so the name that this program was
/// copied to says which stage it stands for.
@main
enum Trivial {
  static func main() {
    switch Disk.lastComponent(of: CommandLine.arguments.first ?? "") {
    case "prepare": TrivialWindows.main()
    default: TrivialSeries.main()
    }
  }
}
