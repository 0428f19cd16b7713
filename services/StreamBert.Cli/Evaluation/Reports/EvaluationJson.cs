using System.Text.Json;
using StreamBert.Cli.Evaluation.Comparisons;

namespace StreamBert.Cli.Evaluation.Reports;

/// <summary>Writes an evaluation as one JSON line: the fields of the classification report, followed by those computed of it.</summary>
internal static class EvaluationJson
{
    public static string Serialize(object value) => JsonSerializer.Serialize(value, JsonSerializerOptions.Web);

    public static string Create(EvaluationResult result) => Serialize(EvaluationRecord.Of(result));

    public static string Create(ModelComparison comparison) => Serialize(new
    {
        head = comparison.First.Head.Name,
        comparison.First.Report.Data,
        count = comparison.First.Units.Count,
        a = new { model = comparison.First.Version, scores = comparison.FirstScores },
        b = new { model = comparison.Second.Version, scores = comparison.SecondScores },
        comparison.Difference,
        comparison.Intervals,
        mcNemar = comparison.Test,
        conclusion = ComparisonView.Conclude(comparison),
    });
}
