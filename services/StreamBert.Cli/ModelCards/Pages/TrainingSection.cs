using StreamBert.Cli.ModelCards.Contents;
using StreamBert.Cli.Output;
using StreamBert.Cli.Output.Html;

namespace StreamBert.Cli.ModelCards.Pages;

/// <summary>Writes what the model was trained on and how.</summary>
internal sealed class TrainingSection(ModelCard card, HtmlPage html)
{
    public void Write()
    {
        if (card.Training is null && card.Stages.Count == 0)
            return;
        html.Append("<h2>Training</h2>");
        WriteFiles();
        WriteStages();
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
        html.Append("<p class=\"soft\">Texts that the model reads like a test text, and near-duplicates of one, were kept out.</p>");
        html.AppendTable(
            ["Stage", "#Texts", "#Twins of test texts excluded", "#Near-duplicates excluded", "#Similarity from"],
            card.Stages.Select(static stage => ("", (string[])
            [
                stage.Stage, Format.Count(stage.Texts), Format.Count(stage.Twins), Format.Count(stage.NearDuplicates),
                Format.Number(stage.Similarity, "0.00"),
            ])));
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
