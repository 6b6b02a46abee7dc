// Losses, and what training and validation do besides, belong there: files that forecast have none of them.

extension AutocorrelationLoss: TrainingOperation {}
extension BinaryCrossEntropy: TrainingOperation {}
extension BoundCrossing: TrainingOperation {}
extension CategoricalCrossEntropy: TrainingOperation {}
extension CompoundingError: TrainingOperation {}
extension DILATE: TrainingOperation {}
extension DirectionLoss: TrainingOperation {}
extension GaussianLikelihood: TrainingOperation {}
extension GridLoss: TrainingOperation {}
extension Huber: TrainingOperation {}
extension MeanAbsoluteError: TrainingOperation {}
extension MeanAbsolutePercentageError: TrainingOperation {}
extension MeanAbsoluteScaledError: TrainingOperation {}
extension MeanSquaredError: TrainingOperation {}
extension QuantileLoss: TrainingOperation {}
extension ShiftLoss: TrainingOperation {}
extension StudentLikelihood: TrainingOperation {}
extension SymmetricMeanAbsolutePercentageError: TrainingOperation {}
extension TimeCentredError: TrainingOperation {}
extension WrongSideLoss: TrainingOperation {}

// The next step's input of training, and the judgement of draws in validation.
extension DrawMoments: TrainingOperation {}
extension TeacherForcing: TrainingOperation {}
