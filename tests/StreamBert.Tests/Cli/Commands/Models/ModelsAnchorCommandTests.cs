using StreamBert.Model.Datasets;
using StreamBert.Model.Packages;
using StreamBert.Tests.Model;
using StreamBert.Tests.Training;

namespace StreamBert.Tests.Cli.Commands.Models;

/// <summary>Runs the command like a user: arguments in, exit code and text out.</summary>
[Collection(nameof(StreamBertCommandTests))]
public sealed class ModelsAnchorCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public ModelsAnchorCommandTests()
    {
        TinyModel.Save(_folder["mine"], "v0");
        File.WriteAllText(_folder["topics.csv"], "text,label\noil prices,oil\nbank shares,banks\n");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Labelled_texts_replace_a_part_of_a_head()
    {
        ModelPackage.WriteAnchor(
            _folder["mine"],
            [
                new("bad", "sentiment", "negative", AnchorText.EvaluationPart), new("old", "topic", "oil", AnchorText.EvaluationPart),
                new("oil", "topic", "oil", AnchorText.TrainingPart),
            ]);

        var run = await CommandRun.RunAsync("models", "anchor", _folder["mine"], "--input", _folder["topics.csv"], "--head", "topic");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("topic: 2 to evaluate on, 1 to train on", run.Out, StringComparison.Ordinal);
        Assert.Equal(
            ["bad", "oil", "oil prices", "bank shares"], ModelPackage.ReadAnchor(_folder["mine"]).Select(static text => text.Text));
        ModelPackage.Verify(_folder["mine"]);
    }

    [Fact]
    public async Task A_head_that_the_package_does_not_have_is_refused_with_those_it_has()
    {
        var run = await CommandRun.RunAsync("models", "anchor", _folder["mine"], "--input", _folder["topics.csv"], "--head", "mood");

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("it has: sentiment, topic", run.Error, StringComparison.Ordinal);
    }
}
