using StreamBert.Contracts;
using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
using StreamBert.Model.Evaluation;
using StreamBert.Model.Manifests;
using StreamBert.Model.Network;
using StreamBert.Model.Packages;
using StreamBert.Model.Profiles;
using StreamBert.Model.Tokenization;
using StreamBert.Model.Training.FineTuning;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Model.Training.Recipes;

/// <summary>
/// Fine-tunes all heads of a recipe jointly on a pre-trained encoder. Each text is trained on the heads that it has targets for. Texts that
/// resemble a text of the test splits are not trained on (<see cref="TrainingStage"/>).
/// </summary>
public static class RecipeTrainer
{
    /// <summary>Fine-tunes the heads, evaluates them on the test splits, and writes a package.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="rows">Reads the rows of its sources.</param>
    /// <param name="pretrainedDirectory">The directory of the pre-trained encoder.</param>
    /// <param name="outputDirectory">The directory of the new package.</param>
    /// <param name="context">The environment of the run.</param>
    /// <returns>The reports on the test splits.</returns>
    /// <exception cref="ModelPackageException">The encoder is invalid, or a source is not as the recipe states.</exception>
    public static IReadOnlyList<ClassificationReport> Run(
        Recipe recipe, RecipeRows rows, string pretrainedDirectory, string outputDirectory, TrainingContext context)
    {
        var pretrained = ModelPackage.Load(pretrainedDirectory);
        var (config, tokenizer) = (pretrained.Network.Config, pretrained.Tokenizer);
        using var generator = new Generator((ulong)recipe.Seed, CPU);
        var heads = recipe.Heads.Select(static head => new HeadManifest { Name = head.Name, Labels = head.Labels }).ToList();
        foreach (var head in heads) ParameterInitializer.AddHead(pretrained.Network.Parameters, config, head, generator);
        using var network = new MultiTaskNetwork(config, heads, pretrained.Network.Parameters);
        var data = RecipeData.Load(recipe, rows, tokenizer);
        new SupervisedTrainer(network, tokenizer.SpecialTokens, recipe.FineTuning).Train(CreateExamples(recipe, data, tokenizer), context);
        var calibrated = heads
            .Select(head => TemperatureScaling.Calibrate(network, head, Encode(data.HeldOut[head.Name], tokenizer, recipe.MaxTokens)))
            .ToList();
        var manifest = pretrained.Manifest with
        {
            Version = recipe.Version,
            Heads = calibrated,
            MaxTokens = recipe.MaxTokens,
            Training = [.. pretrained.Manifest.Training, data.Stage],
        };
        return SaveEvaluated(recipe, rows, pretrainedDirectory, outputDirectory, network, manifest, data.ListHeldOutTexts());
    }

    private static List<ClassificationReport> SaveEvaluated(
        Recipe recipe, RecipeRows rows, string pretrainedDirectory, string outputDirectory, MultiTaskNetwork network,
        PackageManifest manifest, List<string> heldOut)
    {
        ModelPackage.SaveDerived(pretrainedDirectory, outputDirectory, network, manifest);
        using var model = TextClassifier.Load(outputDirectory); // the stored model is the one that will be served
        var reports = recipe.Heads.SelectMany(head => head.Sources.Where(static source => source.Split == RecipeSource.TestSplit)
            .Select(source => Evaluate(model, head, source, rows))).ToList();
        ModelPackage.SaveDerived(pretrainedDirectory, outputDirectory, network, manifest with { Reports = reports });
        ModelPackage.WriteProfile(outputDirectory, ProfileBuilder.Measure(model, heldOut, "held-out training texts"));
        return reports;
    }

    private static ClassificationReport Evaluate(TextClassifier model, RecipeHead head, RecipeSource source, RecipeRows rows)
    {
        var texts = source.ReadLabelledTexts(rows).Select(row => new LabelledText(row.Text, head.Name, row.Label)).ToList();
        return Evaluator.Evaluate(model, texts, head.Name, source.Name);
    }

    private static List<(int[] Ids, int Label)> Encode(
        IReadOnlyList<(string Text, int Label)> texts, TextTokenizer tokenizer, int maxTokens) =>
        [.. texts.Select(text => (tokenizer.Encode(text.Text, maxTokens).Ids, text.Label))];

    private static List<TrainingExample> CreateExamples(Recipe recipe, RecipeData data, TextTokenizer tokenizer)
    {
        var targets = new DistillationTargets(recipe.FineTuning, recipe.Seed);
        foreach (var head in recipe.Heads)
            targets.Add(head, data.Training[head.Name], data.Training.Where(pair => pair.Key != head.Name).ToDictionary());
        return targets.ByText.Select(pair => new TrainingExample(tokenizer.Encode(pair.Key, recipe.MaxTokens).Ids, pair.Value)).ToList();
    }
}
