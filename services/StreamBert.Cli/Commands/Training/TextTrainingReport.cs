using System.Globalization;
using System.Text.Json.Nodes;
using StreamBert.Cli.Evaluation.Reports;
using StreamBert.Cli.Output;
using StreamBert.Model.Manifests;
using StreamBert.Model.Packages;
using StreamBert.Model.Training.FineTuning;
using StreamBert.Model.Training.Runs;

namespace StreamBert.Cli.Commands.Training;

/// <summary>Prints the result of training heads on labelled texts.</summary>
internal static class TextTrainingReport
{
    /// <summary>Writes the result to stdout and the warnings to stderr.</summary>
    public static void Write(TextTrainingResult result, FineTuneOptions options, string directory, bool isJson)
    {
        if (isJson)
            Terminal.WriteJson(CreateJson(result, directory));
        else
            WriteText(result, directory);
        WriteWarnings(result, options);
    }

    private static void WriteText(TextTrainingResult result, string directory)
    {
        foreach (var report in result.Reports)
        {
            EvaluationView.WriteTrained(report, result.Version);
            Terminal.Out.WriteLine();
        }
        if (EpochResult.FindBest(result.Epochs) is { Validation: { } validation } best)
            Terminal.Out.WriteLine(DescribeBest(best.Epoch, validation, result.Epochs.Count));
        Terminal.Out.WriteLine(Describe(result.Usage));
        Terminal.Out.WriteLine(Describe(result.Usage.Energy));
        Terminal.Out.WriteLine($"languages: {Format.Languages(PackageInfo.Read(directory).Languages)}");
        Terminal.Out.WriteLine($"The model is in {directory}; try: streambert classify --model {directory} \"TEXT\"");
    }

    /// <summary>Warns on stderr of labels that are never predicted, and of heads without calibration.</summary>
    public static void WriteWarnings(TextTrainingResult result, FineTuneOptions options)
    {
        foreach (var label in result.UnpredictedLabels)
            Terminal.Error.WriteLine($"streambert: warning: {Describe(label, options)}");
        foreach (var head in result.UncalibratedHeads)
        {
            Terminal.Error.WriteLine($"streambert: warning: '{head}' has too few validation texts to calibrate its confidences; "
                + "give more texts, or a file with --validation.");
        }
    }

    private static JsonNode CreateJson(TextTrainingResult result, string directory) => TrainingJson.Create(
        new
        {
            result.Version,
            directory,
            PackageInfo.Read(directory).Languages,
            result.Usage,
            bestEpoch = EpochResult.FindBest(result.Epochs)?.Epoch,
            result.Epochs,
            result.UnpredictedLabels,
            result.UncalibratedHeads,
        },
        result.Reports);

    private static string Describe(TrainingUsage usage) =>
        $"method {usage.Method}: {Format.Count(usage.TrainedParameters)} of {Format.Count(usage.Parameters)} parameters trained "
        + $"({Format.Number(100.0 * usage.TrainedParameters / usage.Parameters, "0.00")} %), {Format.Count(usage.Steps)} steps of "
        + $"{Format.Number(1000 * usage.StepSeconds, "0.0")} ms, {Format.Count((long)usage.TokensPerSecond)} tokens/s, peak memory "
        + $"{Format.Count(usage.PeakMemoryBytes >> 20)} MiB";

    private static string Describe(EnergyEstimate energy) =>
        $"{Format.Number(energy.KilowattHours, "G3")} kWh ({energy.Source}), {Format.Number(energy.CarbonGrams, "G3")} g CO₂e at "
        + $"{Format.Number(energy.CarbonIntensity, "G4")} g/kWh";

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
