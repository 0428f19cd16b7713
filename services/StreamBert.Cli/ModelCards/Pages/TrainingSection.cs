using StreamBert.Cli.ModelCards.Contents;
using StreamBert.Cli.Output;
using StreamBert.Cli.Output.Html;
using StreamBert.Model.Manifests;

namespace StreamBert.Cli.ModelCards.Pages;

/// <summary>Writes what the model was trained on and how.</summary>
internal sealed class TrainingSection(ModelCard card, HtmlPage html)
{
    private const double SecondsPerMinute = 60, BytesPerMegabyte = 1e6;

    public void Write()
    {
        if (card.Training is null && card.Stages.Count == 0)
            return;
        html.Append("<h2>Training</h2>");
        WriteFiles();
        WriteStages();
        foreach (var stage in card.Stages)
        {
            if (stage.Usage is { } usage)
                html.AppendFacts(Describe(usage));
        }
        WriteOptions();
    }

    private void WriteFiles()
    {
        if (card.Training is not { Files.Count: > 0 } training)
            return;
        html.AppendTable(["Used for", "Head", "File", "#Rows", "SHA-256"], training.Files.Select(static file => ("", (string[])
        [
            file.Use, file.Head ?? "all", file.Name, Format.Count(file.Rows), file.Sha256,
        ])));
    }

    private void WriteStages()
    {
        if (card.Stages.Count == 0)
            return;
        html.Append("<p class=\"soft\">Excluded: twins, which the model reads like a text of the evaluation, and near-duplicates ")
            .Append("of one; by recipes, and by train --exclude-twins.</p>");
        html.AppendTable(
            ["Stage", "#Texts", "#Twins excluded", "#Near-duplicates excluded", "#Similarity from"],
            card.Stages.Select(static stage => ("", (string[])
            [
                stage.Stage, Format.Count(stage.Texts), Format.Count(stage.Twins), Format.Count(stage.NearDuplicates),
                Format.Number(stage.Similarity, "0.00"),
            ])));
    }

    private static IEnumerable<(string Name, string Value)> Describe(TrainingUsage usage)
    {
        var (energy, share) = (usage.Energy, 100.0 * usage.TrainedParameters / usage.Parameters);
        yield return ("method", $"{usage.Method}: {Format.Count(usage.TrainedParameters)} trained parameters, "
            + $"{Format.Number(share, "0.##")} % of all");
        yield return ("steps", $"{Format.Count(usage.Steps)} of {Format.Number(usage.StepSeconds, "0.###")} s, "
            + $"{Format.Number(usage.TokensPerSecond, "#,0")} tokens/s");
        yield return ("time", Format.Number(usage.Seconds / SecondsPerMinute, "0.#") + " min");
        yield return ("peak memory", Format.Number(usage.PeakMemoryBytes / BytesPerMegabyte, "#,0") + " MB");
        yield return ("energy", $"{Format.Number(energy.KilowattHours, "0.####")} kWh ({energy.Source}); "
            + $"{Format.Number(energy.CarbonGrams, "0.#")} g CO₂e at {Format.Number(energy.CarbonIntensity, "0")} g/kWh");
    }

    private void WriteOptions()
    {
        if (card.Training is not { Options.Count: > 0 } training)
            return;
        html.Append($"<details><summary>Options of train --task {HtmlPage.Encode(training.Task)}</summary>");
        html.AppendFacts(training.Options.Select(static option => (option.Key, option.Value?.ToJsonString() ?? "none")));
        html.Append("</details>");
    }
}
