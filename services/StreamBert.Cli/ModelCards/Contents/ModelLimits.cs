using StreamBert.Cli.Evaluation.Reports;
using StreamBert.Cli.Output;
using StreamBert.Contracts;
using StreamBert.Model.Manifests;

namespace StreamBert.Cli.ModelCards.Contents;

/// <summary>States the limits of use that follow from a model card.</summary>
internal static class ModelLimits
{
    private const double LowF1 = 0.5, LargeCalibrationError = 0.1;
    private const int FewTexts = 30, MaxShown = 12;

    public static IEnumerable<string> Of(ModelCard card)
    {
        if (card.License is null)
            yield return "The licence of the weights is not stated: find it out before you use the model.";
        yield return $"A text is cut after {Format.Count(card.MaxTokens)} tokens; what follows does not influence the answer.";
        if (card.Heads.Any(static head => head.Task is HeadTask.SingleLabel or HeadTask.ZeroShot))
            yield return "A head with one label per text always answers one of its labels, also to a text about none of them.";
        yield return card.Evaluations.Count == 0
            ? "The model has not been evaluated: nothing is known about its accuracy."
            : "The figures hold for texts like those of the evaluations. Evaluate the model on labelled texts of your own stream before "
                + "you rely on it; on other topics, styles or languages it may be less accurate and too confident.";
        foreach (var limit in card.Evaluations.SelectMany(Of))
            yield return limit;
        if (!card.Evaluations.Any(static evaluation => evaluation.Details is { Groups.Count: > 0 }))
            yield return "It has not been measured whether the model treats groups of people alike.";
    }

    private static IEnumerable<string> Of(EvaluationRecord evaluation)
    {
        var report = evaluation.Report;
        var name = $"{report.Head} on {report.Data}";
        if (Join(report.Classes.Where(static c => c.Support >= FewTexts && c.F1 < LowF1)) is { Length: > 0 } weak)
            yield return $"{name}: F1 is below {Format.Number(LowF1, "0.0")} for {weak}.";
        if (Join(report.Classes.Where(static c => c.Support < FewTexts)) is { Length: > 0 } rare)
            yield return $"{name}: fewer than {FewTexts} examples of {rare}, whose figures are therefore uncertain.";
        if (report.CalibrationError <= LargeCalibrationError)
            yield break;
        var error = Format.Score(report.CalibrationError);
        yield return $"{name}: confidences deviate from the accuracy by {error} on average; do not set thresholds by them.";
    }

    private static string Join(IEnumerable<ClassMetrics> classes)
    {
        List<string> names = [.. classes.Select(static c => c.Label)];
        return string.Join(", ", names.Take(MaxShown)) + (names.Count > MaxShown ? $" and {names.Count - MaxShown} more" : "");
    }
}
