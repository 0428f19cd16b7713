using StreamBert.Cli.Output;

namespace StreamBert.Cli.Evaluation.Calibration;

/// <summary>Prints how well confidence and accuracy agree.</summary>
internal static class CalibrationView
{
    private const double SummaryThreshold = 0.8;
    private const int BarWidth = 20;

    /// <summary>Prints the calibration error and one point of the coverage curve.</summary>
    public static void WriteSummary(CalibrationReport report)
    {
        Terminal.Out.WriteLine($"{"calibration error",-17} {Format.Score(report.Calibrated.ExpectedError)} "
            + $"(at temperature 1: {Format.Score(report.Uncalibrated.ExpectedError)})");
        if (report.Coverage.FirstOrDefault(static point => point.Threshold == SummaryThreshold) is { } point)
            Terminal.Out.WriteLine(Describe(point));
    }

    /// <summary>Prints the reliability diagram and the coverage curve.</summary>
    public static void Write(CalibrationReport report)
    {
        var table = Terminal.CreateTable("reliability diagram", "confidence", "#answers", "#mean confidence", "#accuracy", "accuracy");
        foreach (var bin in report.Calibrated.Bins)
        {
            table.AddCells(
                $"{Format.Number(bin.From, "F2")}–{Format.Number(bin.To, "F2")}", Format.Count(bin.Count), Format.Score(bin.Confidence),
                Format.Score(bin.Accuracy), DrawBar(bin));
        }
        table.AddCaption($"| mean confidence; expected calibration error {Format.Score(report.Calibrated.ExpectedError)}, "
            + $"maximum {Format.Score(report.Calibrated.MaximumError)}");
        Terminal.Write(table);
        if (report.Coverage.Count > 0)
            Write(report.Coverage);
    }

    internal static string Describe(CoveragePoint point)
    {
        var coverage = $"above {Format.Number(point.Threshold, "0.##")} confidence: {Format.Number(100 * point.Coverage, "0")} % of texts";
        return point.Accuracy is { } accuracy
            ? $"{coverage}, accuracy {Format.Score(accuracy)} (95 %: {Format.Range(point.Interval)})"
            : coverage;
    }

    /// <summary>Draws the accuracy as a bar of blocks and the mean confidence as a line in it.</summary>
    private static string DrawBar(ReliabilityBin bin)
    {
        var bar = new string('█', (int)Math.Round(bin.Accuracy * BarWidth)).PadRight(BarWidth + 1).ToCharArray();
        bar[(int)Math.Round(bin.Confidence * BarWidth)] = '|';
        return new string(bar).TrimEnd();
    }

    private static void Write(IReadOnlyList<CoveragePoint> curve)
    {
        var table = Terminal.CreateTable("coverage for routing", "confidence from", "#texts", "#coverage", "#accuracy", "95 % (Wilson)");
        foreach (var point in curve)
        {
            table.AddCells(
                Format.Number(point.Threshold, "0.00"), Format.Count(point.Count), $"{Format.Number(100 * point.Coverage, "0.0")} %",
                point.Accuracy is { } accuracy ? Format.Score(accuracy) : "", point.Accuracy is null ? "" : Format.Range(point.Interval));
        }
        Terminal.Write(table);
    }
}
