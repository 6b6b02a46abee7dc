import Tensors
import Glibc
func now() -> Double { var t = timespec(); clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t); return Double(t.tv_sec) + Double(t.tv_nsec)*1e-9 }
for (m,n,k) in [(32,64,64),(16,64,64),(64,256,256),(128,256,256),(256,512,512),(128,512,512),(384,512,128),(384,128,512),(64,512,64),(672,128,16),(672,16,128)] {
  let a = UnsafeMutablePointer<Float>.allocate(capacity: m*k), b = UnsafeMutablePointer<Float>.allocate(capacity: k*n), c = UnsafeMutablePointer<Float>.allocate(capacity: m*n+64)
  for i in 0..<m*k { a[i] = Float(i%7)-3 }; for i in 0..<k*n { b[i] = Float(i%5)-2 }; for i in 0..<m*n { c[i] = 0 }
  let s = UnsafeMutablePointer<Float>.allocate(capacity: MatrixProduct.scratchCount(columns: n, depth: k)+1000000)
  var line = "\(m) \(n) \(k):"
  for mode in 0..<4 {
    var best = 1e9
    let reps = max(1, 20_000_000/(m*n*k))
    for _ in 0..<20 {
      let t = now()
      for _ in 0..<reps {
        switch mode {
        case 0: MatrixProduct.multiply(.init(a, stride: k), .init(b, stride: n), into: c, stride: n, rows: m, columns: n, depth: k, scratch: s)
        case 1: MatrixProduct.multiply(.init(a, stride: k), .init(b, stride: k).transposed, into: c, stride: n, rows: m, columns: n, depth: k, scratch: s)
        case 2: MatrixProduct.multiply(.init(a, stride: m).transposed, .init(b, stride: n), into: c, stride: n, rows: m, columns: n, depth: k, scratch: s)
        default: MatrixProduct.multiply(.init(a, stride: k), packed: s, into: c, stride: n, rows: m, columns: n, depth: k, edge: s + 900000)
        }
      }
      best = min(best, (now()-t)/Double(reps))
    }
    line += " \(Int(2e-9*Double(m*n*k)/best))"
  }
  print(line)
}
