import LocalExchange

@main
struct Main {
  static func main() {}
}
