using System.Text.Json.Nodes;
using StreamBert.Contracts;
using StreamBert.Model;
using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
using StreamBert.Streaming.Pipelines;
using StreamBert.Tests.Model;
using StreamBert.Tests.Model.Packages;

namespace StreamBert.Tests.Abuse;

/// <summary>Checks that labels and names with control characters are refused at the input.</summary>
public sealed class HostileNameTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("good\e[2J")]
    [InlineData("good\nbad")]
    [InlineData("good\u202e")]
    [InlineData("good\u200b")]
    [InlineData("good\t")]
    public void A_model_with_control_characters_in_a_label_is_refused(string label)
    {
        PlainCheckpoint.Write(_folder["model"], null, config => config["id2label"] = new JsonObject { ["0"] = "fine", ["1"] = label });

        var refused = Assert.Throws<ModelPackageException>(() => TextClassifier.Load(_folder["model"]));

        Assert.Contains("control characters", refused.Message, StringComparison.Ordinal);
        Assert.Equal(VisibleText.EscapeLine(refused.Message), refused.Message);
    }

    [Fact]
    public void A_tag_with_control_characters_in_training_data_is_refused() =>
        Assert.Throws<ModelPackageException>(static () => ConllFile.Read("data", ["Acme B-ORG\u202e"]));

    [Theory]
    [InlineData("joy\e[2J")]
    [InlineData("joy\u2028")]
    public void A_pipeline_with_control_characters_in_a_label_is_refused(string label)
    {
        var faults = PipelineValidation.Faults([new()
        {
            Name = "p", Heads = ["h"], Routes = [new() { Queue = "q", Head = "h", Labels = [label] }],
        }]).ToList();

        Assert.Contains("Routes:0:Labels:0", Assert.Single(faults), StringComparison.Ordinal);
    }
}
