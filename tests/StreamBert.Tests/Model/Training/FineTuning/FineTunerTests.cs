using Microsoft.Extensions.Time.Testing;
using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
using StreamBert.Model.Evaluation;
using StreamBert.Model.Packages;
using StreamBert.Model.Training.Adapters;
using StreamBert.Model.Training.FineTuning;
using StreamBert.Tests.Training;

namespace StreamBert.Tests.Model.Training.FineTuning;

/// <summary>Fine-tunes tiny packages on feedback.</summary>
[Collection(nameof(SeededTraining))]
public sealed class FineTunerTests : IDisposable
{
    private static readonly FineTuneOptions Options = new()
    {
        Epochs = 12,
        LearningRate = 2e-2,
        BatchTokens = 128,
        Threads = 1,
        TokenDropout = 0,
        Adapter = new() { Rank = 4, Dropout = 0 },
    };

    private readonly TempFolder _folder = new();

    public FineTunerTests() => TinyModel.Save(_folder["base"], "base-v1");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_adapter_of_a_package_is_trained_further()
    {
        Train(Options);

        FineTuner.Run(_folder["v1"], _folder["v2"], "v2", new(Invert()), Options, StepRecorder.CreateContext());

        var (before, after) = (ModelPackage.ReadManifest(_folder["v1"]), ModelPackage.ReadManifest(_folder["v2"]));
        Assert.Equal((before.Base, "v2", "v1"), (after.Base, after.Version, after.Parent));
        Assert.False(File.Exists(_folder["v2/model.safetensors"]));
        Assert.Equal(Size("v1/adapter_model.safetensors"), Size("v2/adapter_model.safetensors"));
        var (was, now) = (Accuracy("v1", Invert()), Accuracy("v2", Invert()));
        Assert.True(was < 0.1 && now > 0.9, $"accuracy {was} → {now}");
    }

    [Fact]
    public void Heads_are_fitted_in_a_phase_whose_time_is_part_of_the_run()
    {
        var time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };
        var recorder = new PhaseRecorder
        {
            OnPhase = phase => time.Advance(phase == "fitting the heads" ? TimeSpan.FromSeconds(30) : TimeSpan.FromHours(1)),
        };

        var usage = FineTuner.Run(
            _folder["base"], _folder["v1"], "v1", new([new("the good oil", "sentiment", TinyModel.Sentiments[0])]),
            Options with { Epochs = 1 },
            new(time, null, TestContext.Current.CancellationToken) { Phases = recorder });

        Assert.Equal(["fitting the heads", "calibrating"], recorder.Phases);
        Assert.InRange(usage.Seconds, 30, 60);
    }

    [Fact]
    public void An_adapter_that_is_not_changed_answers_as_before()
    {
        Train(Options);

        FineTuner.Run(
            _folder["v1"], _folder["v2"], "v2", new([]) { Rehearsal = Invert() }, Options with { Epochs = 0 },
            StepRecorder.CreateContext());

        using TextClassifier before = TextClassifier.Load(_folder["v1"]), after = TextClassifier.Load(_folder["v2"]);
        Assert.All(
            before.Classify([before.Encode("the good oil n1")])[0].Logits["mood"]
                .Zip(after.Classify([after.Encode("the good oil n1")])[0].Logits["mood"]),
            static pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }

    [Fact]
    public void Updates_of_a_package_with_weights_of_its_own_are_merged_into_them()
    {
        Train(Options with { Adapter = new() { Method = AdapterMethod.Full } });

        FineTuner.Run(_folder["v1"], _folder["v2"], "v2", new(Invert()), Options, StepRecorder.CreateContext());

        Assert.Null(ModelPackage.ReadManifest(_folder["v2"]).Base);
        Assert.True(File.Exists(_folder["v2/model.safetensors"]));
        Assert.False(File.Exists(_folder["v2/adapter_model.safetensors"]));
        var (was, now) = (Accuracy("v1", Invert()), Accuracy("v2", Invert()));
        Assert.True(was < 0.1 && now > 0.9, $"accuracy {was} → {now}");
    }

    [Fact]
    public void A_head_that_recognizes_entities_keeps_its_answers_while_the_encoder_learns()
    {
        EntityTrainer.Run(
            new(_folder["base"], _folder["ner"], "ner-v1", "entities", Sentences(300, seed: 1)),
            Options with { Epochs = 24, LearningRate = 1e-2, Adapter = new() { Method = AdapterMethod.Full } },
            StepRecorder.CreateContext());
        AddSentimentHead("ner", "v1");

        FineTuner.Run(_folder["v1"], _folder["v2"], "v2", new([.. Labelled(200, seed: 2)]), Options, StepRecorder.CreateContext());

        Assert.NotEqual(ModelPackage.HashWeights(_folder["v1"]), ModelPackage.HashWeights(_folder["v2"]));
        Assert.InRange(Accuracy("v2", [.. Labelled(100, seed: 3)]), 0.9, 1);
        using TextClassifier before = TextClassifier.Load(_folder["v1"]), after = TextClassifier.Load(_folder["v2"]);
        var unseen = Sentences(100, seed: 3);
        var was = EntityEvaluator.Evaluate(before, unseen, "entities", "unseen").Micro.F1;
        var now = EntityEvaluator.Evaluate(after, unseen, "entities", "unseen").Micro.F1;
        Assert.True(was > 0.9 && now > was - 0.03, $"micro F1 {was} → {now}");
    }

    private void Train(FineTuneOptions options) => TextTrainer.Run(
        new(_folder["base"], _folder["v1"], [ToyTexts.CreateHead("mood", 200)]), options, StepRecorder.CreateContext());

    /// <summary>Adds a head to a package without changing its encoder.</summary>
    private void AddSentimentHead(string source, string target) => TextTrainer.Run(
        new(_folder[source], _folder[target], [new("sentiment", ["bad", "good"], [.. Labelled(40, seed: 9)], [], [])]),
        Options with { Epochs = 1, LearningRate = 1e-4, FreezeEncoder = true, Adapter = new() { Method = AdapterMethod.Full } },
        StepRecorder.CreateContext());

    private long Size(string file) => new FileInfo(_folder[file]).Length;

    private double Accuracy(string directory, IReadOnlyList<LabelledText> texts)
    {
        using var model = TextClassifier.Load(_folder[directory]);
        return Evaluator.Evaluate(model, texts, texts[0].Head, "texts").Accuracy;
    }

    /// <summary>The texts with the labels exchanged.</summary>
    private static List<LabelledText> Invert() =>
        ToyTexts.Create("mood", 200).ConvertAll(static text => text with { Label = text.Label == "good" ? "bad" : "good" });

    /// <summary>Sentences whose mood depends on whether they are about a bank.</summary>
    private static IEnumerable<LabelledText> Labelled(int count, int seed) => Sentences(count, seed).Select(static sentence =>
        new LabelledText(sentence.Text, "sentiment", sentence.Words.Contains("bank") ? "bad" : "good"));

    /// <summary>"n0 bank" to "n9 bank" are organizations, n50 to n59 places.</summary>
    private static List<TaggedSentence> Sentences(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Create(random.Next(2) == 0, $"n{random.Next(60, 99)}"))];

        TaggedSentence Create(bool isBank, string last) => isBank
            ? new(["the", $"n{random.Next(10)}", "bank", "prices", last], ["O", "B-ORG", "I-ORG", "O", "O"])
            : new(["oil", "report", $"n{random.Next(50, 60)}", "today", last], ["O", "O", "B-LOC", "O", "O"]);
    }
}
