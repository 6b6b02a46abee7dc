/// A request and what it depends on beside the market.
struct Question {
  var request: Request
  /// By the exchange's clock, ms.
  var now: Int64
  /// A fault that needs rows, and what it leaves open.
  var damage: Fault?
  var detail: UInt64 = 0
}

/// What a venue made of a question; the body lies in the connection's buffer.
struct Answer {
  var reply: Reply
  /// Bars in the body.
  var rows = 0
  /// Whether the question's damage was done.
  var isDamaged = false

  init(_ reply: Reply, rows: Int = 0, isDamaged: Bool = false) {
    self.reply = reply
    self.rows = rows
    self.isDamaged = isDamaged
  }
}
