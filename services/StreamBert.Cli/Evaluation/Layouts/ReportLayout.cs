using StreamBert.Contracts;
using StreamBert.Model.Evaluation;

namespace StreamBert.Cli.Evaluation.Layouts;

/// <summary>
/// Formats a classification report as scikit-learn's <c>classification_report</c> and seqeval's function of the same name do, character
/// for character.
/// </summary>
internal static class ReportLayout
{
    public const string Sklearn = "sklearn", Seqeval = "seqeval", Conll = "conll";

    public const int DefaultDigits = 2;

    private const string Outside = "O";

    /// <summary>Formats a report of one label per text: the classes in alphabetical order, accuracy, macro and weighted average.</summary>
    public static string FormatSklearn(ClassificationReport report, int digits = DefaultDigits)
    {
        var support = CountSupport(report);
        return Start(report, digits, report.Accuracy > 0).AddClasses(report.Classes.OrderBy(static c => c.Label, StringComparer.Ordinal))
            .AddAccuracy(report.Accuracy, support)
            .AddAverage("macro", report.Macro, support).AddAverage("weighted", report.Weighted, support).ToString();
    }

    /// <summary>
    /// Formats a report of any number of labels per text: the classes in the order of the head, micro, macro and weighted average, and the
    /// average over the texts.
    /// </summary>
    public static string FormatMultiLabel(ClassificationReport report, AverageMetrics samples, int digits = DefaultDigits) =>
        AddAverages(Start(report, digits), report).AddAverage("samples", samples, CountSupport(report)).ToString();

    /// <summary>Formats a report of entities by type: micro, macro and weighted average; no accuracy.</summary>
    public static string FormatSeqeval(ClassificationReport report, int digits = DefaultDigits) =>
        AddAverages(Start(report, digits), report).ToString();

    /// <summary>
    /// Formats a report by tag as the CoNLL examples of python-crfsuite and sklearn-crfsuite do: scikit-learn's report of all tags but O,
    /// which is too frequent to inform, ordered by entity type.
    /// </summary>
    public static string FormatConll(IReadOnlyList<EvaluatedText> words, int digits = DefaultDigits)
    {
        var tags = words.SelectMany(static word => word.Actual.Concat(word.Predicted)).Distinct().Where(static tag => tag != Outside);
        var ordered = tags.OrderBy(static tag => tag[1..], StringComparer.Ordinal).ThenBy(static tag => tag, StringComparer.Ordinal);
        var report = ReportBuilder.Build("", "", [.. ordered], words);
        return AddAverages(Start(report, digits, report.Accuracy > 0), report).ToString();
    }

    private static FixedWidthReport AddAverages(FixedWidthReport text, ClassificationReport report)
    {
        var support = CountSupport(report);
        return text.AddClasses(report.Classes).AddAverage("micro", report.Micro, support)
            .AddAverage("macro", report.Macro, support).AddAverage("weighted", report.Weighted, support);
    }

    private static FixedWidthReport Start(ClassificationReport report, int digits, bool hasHits = true) =>
        new(report.Classes.Select(static c => c.Label), digits, hasHits);

    private static long CountSupport(ClassificationReport report) => report.Classes.Sum(static c => c.Support);
}
