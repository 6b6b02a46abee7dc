/// A measure of the errors of forecasts of quantities.
///
/// y is an actual value, f its forecast, n how many there are, and σ the standard deviation of the actual values.
package enum RegressionMetric: String, Sendable, CaseIterable {
  /// Σ (f − y)² / n.
  case meanSquaredError = "mse"
  /// √MSE.
  case rootMeanSquaredError = "rmse"
  /// Σ |f − y| / n.
  case meanAbsoluteError = "mae"
  /// Σ (f − y) / n.
  case bias
  /// Σ |f − y| / |y| / n, a share; undefined where an actual value is zero.
  case meanAbsolutePercentageError = "mape"
  /// Σ 2 |f − y| / (|y| + |f|) / n, a share from 0 to 2, as the M4 competition has it; a forecast of zero for zero
  /// errs nothing.
  case symmetricPercentageError = "smape"
  /// Σ |f − y| / Σ |y|.
  case weightedPercentageError = "wape"
  /// The mean of |f − y| over the mean absolute error of repeating the last season in the training part, each series
  /// by its own: Hyndman and Koehler, «Another look at measures of forecast accuracy», International Journal of
  /// Forecasting 22(4), 2006.
  case meanAbsoluteScaledError = "mase"
  /// 1 − Σ (f − y)² / Σ (y − ȳ)².
  case determination = "r2"
  /// max |f − y|.
  case maximumError = "max_error"
  /// MSE / σ².
  case normalizedSquaredError = "nmse"
  /// RMSE / σ.
  case normalizedRootError = "nrmse"
  /// MAE / σ.
  case normalizedAbsoluteError = "nmae"
  /// max |f − y| / σ.
  case normalizedMaximumError = "nmax"

  /// Why it has no value, where it has none.
  package var reasonUndefined: String {
    switch self {
    case .meanAbsolutePercentageError: "an actual value is zero, and an error has no share of it"
    case .weightedPercentageError: "all actual values are zero"
    case .meanAbsoluteScaledError:
      "a series never moves from one season to the next in the training part, or has no such part"
    case .determination, .normalizedSquaredError, .normalizedRootError, .normalizedAbsoluteError,
      .normalizedMaximumError:
      "the actual values are constant"
    case .meanSquaredError, .rootMeanSquaredError, .meanAbsoluteError, .bias, .symmetricPercentageError,
      .maximumError:
      "there is no forecast to judge"
    }
  }
}
