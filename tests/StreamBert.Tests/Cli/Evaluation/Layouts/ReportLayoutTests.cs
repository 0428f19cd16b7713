using System.Text.Json;
using StreamBert.Cli.Evaluation.Layouts;
using StreamBert.Cli.Evaluation.Outcomes;
using StreamBert.Model.Evaluation;

namespace StreamBert.Tests.Cli.Evaluation.Layouts;

public sealed class ReportLayoutTests
{
    private static readonly Dictionary<string, Golden> Goldens = JsonSerializer.Deserialize<Golden[]>(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "classification-reports.json")), JsonSerializerOptions.Web)!
        .ToDictionary(static golden => golden.Name);

    public static TheoryData<string> Names => [.. Goldens.Keys];

    /// <summary>The expected texts were printed by scikit-learn and seqeval; classification-reports.py makes them.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void A_report_equals_that_of_scikit_learn_or_seqeval_character_for_character(string name)
    {
        var golden = Goldens[name];

        Assert.Equal(golden.Report, Format(golden));
    }

    private static string Format(Golden golden)
    {
        switch (golden.Layout)
        {
            case "sklearn":
                EvaluatedText[] texts = [.. golden.Actual.Zip(golden.Predicted, static (a, p) => new EvaluatedText(a, p, 1))];
                var single = ReportBuilder.Build("", "", [.. golden.Actual.Union(golden.Predicted)], texts);
                return ReportLayout.FormatSklearn(single, golden.Digits);
            case "multi-label":
                EvaluatedText[] sets = [.. golden.Actual.Zip(golden.Predicted, static (a, p) => new EvaluatedText(Split(a), Split(p), 1))];
                var report = ReportBuilder.Build("", "", golden.Labels, sets, keepAbsent: true);
                return ReportLayout.FormatMultiLabel(report, SampleAverage.Of(sets), golden.Digits);
            default:
                EvaluatedSentence[] sentences = [.. golden.Actual.Zip(golden.Predicted, static (a, p) =>
                    new EvaluatedSentence(a.Split(' '), [.. p.Split(' ').Select(static tag => new PredictedTag(tag, 1, 1))]))];
                return golden.Layout == "seqeval"
                    ? ReportLayout.FormatSeqeval(EntityEvaluator.Build("", "", [], sentences), golden.Digits)
                    : ReportLayout.FormatConll([.. sentences.SelectMany(static sentence => sentence.Words)], golden.Digits);
        }
    }

    private static string[] Split(string labels) => labels.Split('|', StringSplitOptions.RemoveEmptyEntries);

    private sealed record Golden(
        string Name, string Layout, int Digits, string[] Labels, string[] Actual, string[] Predicted, string Report);
}
