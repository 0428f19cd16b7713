using StreamBert.Contracts;
using StreamBert.Model.Evaluation;
using static StreamBert.Training.Gates.Gate;

namespace StreamBert.Training.Gates;

/// <summary>Fails if the expected calibration error on labels of people is shown to rise by more than allowed.</summary>
internal static class CalibrationGate
{
    /// <param name="data">What the texts are, such as "new feedback".</param>
    public static GateResult Evaluate(HeadComparison head, string data, GateOptions options)
    {
        var (increase, interval) = (head.CalibrationIncrease, head.ComputeCalibrationInterval());
        var (before, after) = (CalibrationError.Compute(head.Champion), CalibrationError.Compute(head.Candidate));
        return new()
        {
            Gate = Gate.Calibration,
            Head = head.Head,
            Outcome = ToOutcome(interval.Low <= 0 || increase <= options.MaximumCalibrationIncrease),
            Value = increase,
            Interval = interval,
            Threshold = options.MaximumCalibrationIncrease,
            Text = Text($"calibration of {head.Head} on {head.Count} texts of {data}: expected error {before:0.000} → {after:0.000} ")
                + Text($"({Text(interval)}); an increase of more than {options.MaximumCalibrationIncrease:0.000} must not be shown"),
        };
    }
}
