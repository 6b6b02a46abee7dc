/// The transforms that `transforms:` can name.
package enum TransformLibrary {
  package static let all: [any Transform.Type] = [
    Log.self, LogReturn.self, MinMax.self, Standardize.self, StandardVariance.self, MeanScale.self,
    Robust.self,
    Difference.self, PercentChange.self, BoxCox.self, Clip.self, Winsorize.self, Bin.self, LabelEncode.self,
  ]
}
