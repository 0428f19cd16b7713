using StreamBert.Model.Datasets;
using StreamBert.Model.Packages;
using StreamBert.Model.Training;
using StreamBert.Model.Training.FineTuning;
using StreamBert.Tests.Training;

namespace StreamBert.Tests.Model.Training.FineTuning;

/// <summary>Fine-tunes a tiny package on texts in which a word decides the sentiment.</summary>
[Collection(nameof(SeededTraining))]
public sealed class FineTuningTextsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public FineTuningTextsTests() => TinyModel.Save(_folder["base"], "base-v1");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Only_heads_with_feedback_are_calibrated()
    {
        var texts = new FineTuningTexts(Texts("sentiment", 0, 100))
        {
            Calibration = [.. Texts("sentiment", 100, 60), .. Texts("topic", 200, 60)],
        };

        Assert.Equal([true, false], Changed(texts));
    }

    [Fact]
    public void Rehearsed_texts_calibrate_nothing() =>
        Assert.Equal([false, false], Changed(new(Texts("sentiment", 0, 20)) { Rehearsal = Texts("sentiment", 100, 800) }));

    [Fact]
    public void A_tenth_of_much_feedback_calibrates_its_head_without_an_anchor() =>
        Assert.Equal([true, false], Changed(new(Texts("sentiment", 0, 600))));

    [Fact]
    public void The_anchor_of_the_base_package_is_kept()
    {
        AnchorText[] anchor = [new("oil", "topic", "oil", AnchorText.EvaluationPart)];
        ModelPackage.WriteAnchor(_folder["base"], anchor);

        Changed(new(Texts("sentiment", 0, 20)));

        Assert.Equal(anchor, ModelPackage.ReadAnchor(_folder["out"]));
    }

    /// <summary>Fine-tunes, and returns whether the temperatures of sentiment and topic have changed.</summary>
    private bool[] Changed(FineTuningTexts texts)
    {
        FineTuner.Run(
            _folder["base"], _folder["out"], "v2", texts, new() { Epochs = 1, LearningRate = 1e-2, Threads = 1 },
            new TrainingContext(TimeProvider.System, null, TestContext.Current.CancellationToken));
        return [.. ModelPackage.ReadManifest(_folder["out"]).Heads.Select(static head => Math.Abs(head.Temperature - 1) > 1e-9)];
    }

    private static List<LabelledText> Texts(string head, int first, int count) =>
    [
        .. Enumerable.Range(first, count).Select(n => head == "topic"
            ? new LabelledText($"the {(n % 2 == 0 ? "oil" : "bank")} n{n % 100} n{n / 10}", head, TinyModel.Topics[n % 2])
            : new LabelledText($"the {(n % 2 == 0 ? "good" : "bad")} n{n % 100} n{n / 10}", head, n % 2 == 0 ? "positive" : "negative")),
    ];
}
