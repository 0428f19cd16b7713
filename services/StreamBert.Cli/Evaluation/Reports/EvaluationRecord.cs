using System.Text.Json.Serialization;
using StreamBert.Contracts;

namespace StreamBert.Cli.Evaluation.Reports;

/// <summary>An evaluation as it is stored: one JSON object with the fields of the report and of its details.</summary>
/// <param name="Report">The classification report.</param>
/// <param name="Details">What is computed besides; null for the report of a package that was only evaluated in training.</param>
[JsonConverter(typeof(EvaluationRecordConverter))]
internal sealed record EvaluationRecord(ClassificationReport Report, EvaluationDetails? Details)
{
    public static EvaluationRecord Of(EvaluationResult result) => new(
        result.Evaluation.Report with { CalibrationError = result.Calibration.Calibrated.ExpectedError }, EvaluationDetails.Of(result));

    /// <summary>The name of the data, without the folder and the extension of a file, which not all reports state.</summary>
    private string DataName => Path.GetFileNameWithoutExtension(Report.Data);

    /// <summary>
    /// Determines whether another evaluation is of the same head on the same data: data of the same name and number of texts, unless their
    /// checksums are known to differ.
    /// </summary>
    public bool IsRepeatedBy(EvaluationRecord other)
    {
        var (hash, otherHash) = (Details?.DataSha256, other.Details?.DataSha256);
        return (other.Report.Head, other.DataName, other.Report.Count) == (Report.Head, DataName, Report.Count)
            && (hash is null || otherHash is null || hash == otherHash);
    }
}
