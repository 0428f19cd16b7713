using StreamBert.Cli.Evaluation.Reports;
using StreamBert.Cli.ModelCards.Contents;
using StreamBert.Cli.Output;
using StreamBert.Cli.Output.Html;
using StreamBert.Contracts;
using StreamBert.Model.Manifests;

namespace StreamBert.Cli.ModelCards.Pages;

/// <summary>Creates <c>card.html</c>: one HTML file with inline charts, which opens from disk and loads nothing.</summary>
internal sealed class ModelCardPage
{
    private const double BytesPerMegabyte = 1e6, Million = 1e6;
    private const string NotStated = "not stated";

    private readonly ModelCard _card;
    private readonly HtmlPage _html;

    private ModelCardPage(ModelCard card) => (_card, _html) = (card, new($"Model card of {card.Version}"));

    public static string Create(ModelCard card) => new ModelCardPage(card).Write();

    private string Write()
    {
        WriteTiles();
        _html.Append("<h2>The model</h2>");
        _html.AppendFacts(ListFacts());
        WriteHeads();
        new TrainingSection(_card, _html).Write();
        WriteEvaluations();
        new ResponsibilitySection(_card, _html).Write();
        WriteLimits();
        return _html.Finish();
    }

    private void WriteTiles() => _html.AppendTiles(
    [
        (Format.Number(_card.Parameters / Million, "0.0") + " M", "parameters"),
        (Format.Number(_card.SizeBytes / BytesPerMegabyte, "0.0") + " MB", "in its package"),
        (Format.Count(_card.Heads.Count), _card.Heads.Count == 1 ? "head" : "heads"),
        .. _card.Evaluations.GroupBy(static evaluation => evaluation.Report.Head).Select(static head => head.Last()).Select(DescribeScore),
    ]);

    private static (string Value, string Name) DescribeScore(EvaluationRecord evaluation)
    {
        var (report, isEntities) = (evaluation.Report, evaluation.Report.Words is not null);
        var name = $"{(isEntities ? "micro-F1" : "accuracy")} of {report.Head} on {report.Data}";
        return (Format.Score(isEntities ? report.Micro.F1 : report.Accuracy), name);
    }

    private IEnumerable<(string Name, string Value)> ListFacts()
    {
        yield return ("version", _card.Version);
        if (_card.Parent is not null)
            yield return ("trained from", _card.Parent);
        if (_card.Base is not null)
            yield return ("adapts", $"{_card.Base.Name}, SHA-256 {_card.Base.Sha256}");
        yield return ("licence", _card.License ?? NotStated);
        yield return ("architecture", $"{_card.Architecture}, {Format.Count(_card.Parameters)} parameters");
        yield return ("weights", $"SHA-256 {_card.Sha256}");
        yield return ("longest text", $"{Format.Count(_card.MaxTokens)} tokens");
        if (_card.Profile is { } profile)
            yield return ("reference profile", $"{Format.Count(profile.Texts)} texts: {profile.MeasuredOn}");
    }

    private void WriteHeads()
    {
        if (_card.Heads.Count == 0)
            return;
        _html.Append("<h2>Heads</h2>");
        _html.AppendTable(["Head", "Task", "#Labels", "Names", "#Temperature"], _card.Heads.Select(static head => ("", (string[])
        [
            head.Name, head.Task, Format.Count(head.Labels.Count), string.Join(", ", head.Labels), DescribeTemperature(head),
        ])));
    }

    private static string DescribeTemperature(HeadManifest head) =>
        head.Temperature == 1 ? "not calibrated" : Format.Number(head.Temperature, "0.00");

    private void WriteEvaluations()
    {
        if (_card.Evaluations.Count == 0)
            return;
        _html.Append("<h2>Evaluations</h2><p class=\"soft\">With 95 % intervals where they were computed: Wilson’s for the accuracy of ")
            .Append("texts, bootstrap for F1 and for words.</p>");
        _html.AppendTable(
            ["Head", "Data", "#Texts", "#Accuracy", "", "#Macro-F1", "", "#Calibration error"],
            _card.Evaluations.Select(static evaluation => ("", Summarize(evaluation))));
        foreach (var evaluation in _card.Evaluations)
        {
            if (evaluation.Details is { } details)
                new EvaluationSection(evaluation.Report, details, _html).Write();
        }
    }

    private static string[] Summarize(EvaluationRecord evaluation)
    {
        var (report, intervals) = (evaluation.Report, evaluation.Details?.Intervals);
        return
        [
            report.Head, report.Data, Format.Count(report.Count), Format.Score(report.Accuracy), Describe(intervals?.Accuracy),
            Format.Score(report.Macro.F1), Describe(intervals?.MacroF1), Format.Score(report.CalibrationError),
        ];
    }

    private static string Describe(Interval? interval) => interval is { } known ? Format.Range(known) : "";

    private void WriteLimits()
    {
        _html.Append("<h2>Limits of use</h2><div class=\"card\"><ul>");
        foreach (var limit in _card.Limits)
            _html.Append($"<li>{HtmlPage.Encode(limit)}</li>");
        _html.Append("</ul></div>");
    }
}
