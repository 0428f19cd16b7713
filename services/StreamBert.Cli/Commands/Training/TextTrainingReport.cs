using System.Globalization;
using StreamBert.Cli.Evaluation.Reports;
using StreamBert.Cli.Output;
using StreamBert.Model.Training.FineTuning;
using StreamBert.Model.Training.Runs;

namespace StreamBert.Cli.Commands.Training;

/// <summary>Prints the result of training heads on labelled texts.</summary>
internal static class TextTrainingReport
{
    /// <summary>Writes the reports to stdout and the warnings to stderr.</summary>
    public static void Write(TextTrainingResult result, FineTuneOptions options, string directory)
    {
        foreach (var report in result.Reports)
        {
            EvaluationView.WriteTrained(report, result.Version);
            Terminal.Out.WriteLine();
        }
        foreach (var label in result.UnpredictedLabels)
            Terminal.Error.WriteLine($"streambert: warning: {Describe(label, options)}");
        foreach (var head in result.UncalibratedHeads)
        {
            Terminal.Error.WriteLine($"streambert: warning: '{head}' has too few validation texts to calibrate its confidences; "
                + "give more texts, or a file with --validation.");
        }
        if (EpochResult.FindBest(result.Epochs) is { Validation: { } validation } best)
            Terminal.Out.WriteLine(DescribeBest(best.Epoch, validation, result.Epochs.Count));
        Terminal.Out.WriteLine($"The model is in {directory}; try: streambert classify --model {directory} \"TEXT\"");
    }

    private static string Describe(UnpredictedLabel label, FineTuneOptions options)
    {
        var weights = options.BalanceClasses ? "" : " or --class-weights balanced";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"the head '{label.Head}' never predicts '{label.Label}' on the validation texts, which has {label.Count} of {label.Total}. "
            + $"Add texts of this label, merge it with another, or try more epochs (--epochs){weights}.");
    }

    private static string DescribeBest(int epoch, ValidationResult validation, int epochs) => string.Create(
        CultureInfo.InvariantCulture,
        $"The best of {epochs} epochs was epoch {epoch}: macro F1 {validation.MacroF1:F3}, accuracy {validation.Accuracy:F3} on the "
        + $"validation texts.");
}
