using StreamBert.Contracts;
using StreamBert.Model.Evaluation;
using StreamBert.Model.Network;
using StreamBert.Model.Packages;
using StreamBert.Model.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Model.Training;

/// <summary>
/// Fine-tunes all heads of a recipe together on a pre-trained encoder. Each text is trained on the labels it has and, where the recipe asks
/// for distillation, on what a linear teacher of the head thinks of it: so sentiment also learns from texts that are labelled by topic
/// only.
/// </summary>
public static class RecipeTrainer
{
    /// <summary>Every twentieth text of a head is not trained on but sets its temperature.</summary>
    private const int CalibrationShare = 20;

    /// <returns>The reports on the recipe's test parts.</returns>
    public static IReadOnlyList<ClassificationReport> Run(
        Recipe recipe, RecipeRows rows, string pretrainedDirectory, string outputDirectory,
        IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        var pretrained = ModelPackage.Load(pretrainedDirectory);
        using var generator = new Generator((ulong)recipe.Seed, CPU);
        var heads = recipe.Heads.Select(static head => new HeadManifest { Name = head.Name, Labels = head.Labels }).ToList();
        foreach (var head in heads) pretrained.Network.Weights.AddHead(pretrained.Network.Config, head, generator);
        using var network = new TextNetwork(pretrained.Network.Config, heads, pretrained.Network.Weights);
        var data = recipe.Heads.ToDictionary(static head => head.Name, head => Load(head, rows));
        SupervisedTrainer.Train(
            network,
            pretrained.Tokenizer.SpecialTokens,
            Texts(recipe, data, pretrained.Tokenizer),
            recipe.FineTuning,
            progress,
            cancellation);
        var calibrated = heads.Select(
            head => FineTuner.Calibrate(network, head, Held(data[head.Name], pretrained.Tokenizer, recipe.MaxTokens))).ToList();
        var manifest = pretrained.Manifest with { Version = recipe.Version, Heads = calibrated, MaxTokens = recipe.MaxTokens };
        return SaveMeasured(recipe, rows, pretrainedDirectory, outputDirectory, network, manifest);
    }

    private static List<ClassificationReport> SaveMeasured(
        Recipe recipe, RecipeRows rows, string pretrainedDirectory, string outputDirectory, TextNetwork network, PackageManifest manifest)
    {
        ModelPackage.SaveLike(pretrainedDirectory, outputDirectory, network, manifest);
        using var model = TextClassifier.Load(outputDirectory); // as stored: what is measured is what is served
        var reports = recipe.Heads.SelectMany(head => head.Sources.Where(static source => source.Part == "test").Select(source =>
            Evaluator.Evaluate(
                model,
                source.Labelled(rows).Select(row => new LabelledText(row.Text, head.Name, row.Label)).ToList(),
                head.Name,
                source.Name))).ToList();
        ModelPackage.SaveLike(pretrainedDirectory, outputDirectory, network, manifest with { Reports = reports });
        return reports;
    }

    private static List<(string Text, int Label)> Load(RecipeHead head, RecipeRows rows)
    {
        var index = head.Labels.Select(static (label, i) => (label, i)).ToDictionary(static pair => pair.label, static pair => pair.i, StringComparer.Ordinal);
        return head.Sources.Where(static source => source.Part == "train").SelectMany(source => source.Labelled(rows).Select(row =>
            (row.Text, index.TryGetValue(row.Label, out var label) ? label
                : throw new ModelPackageException(
                    $"{source.File} has the label '{row.Label}', which the recipe's head '{head.Name}' does not list.")))).ToList();
    }

    private static bool IsHeld(int i) => i % CalibrationShare == CalibrationShare - 1;

    private static List<(int[] Ids, int Label)> Held(List<(string Text, int Label)> data, TextTokenizer tokenizer, int maxTokens) =>
        data.Where(static (_, i) => IsHeld(i)).Select(item => (tokenizer.Encode(item.Text, maxTokens).Ids, item.Label)).ToList();

    private static List<TrainingText> Texts(
        Recipe recipe,
        Dictionary<string, List<(string Text, int Label)>> data,
        TextTokenizer tokenizer)
    {
        var share = (float)(recipe.FineTuning.Distillation / (1 + recipe.FineTuning.Distillation));
        var targets = new Dictionary<string, Dictionary<string, float[]>>(StringComparer.Ordinal);
        foreach (var head in recipe.Heads)
        {
            var known = data[head.Name].Where(static (_, i) => !IsHeld(i)).ToList();
            var others = data.Where(pair => pair.Key != head.Name && Related(recipe, head.Name, pair.Key))
                .SelectMany(static pair => pair.Value.Where(static (_, i) => !IsHeld(i)))
                .ToList();
            AddTargets(targets, head, known, others, share, recipe.Seed);
        }

        return targets.Select(pair => new TrainingText(tokenizer.Encode(pair.Key, recipe.MaxTokens).Ids, pair.Value)).ToList();
    }

    /// <summary>A teacher speaks only about texts of its own field; whoever else asks is not answered.</summary>
    private static bool Related(Recipe recipe, string head, string other) =>
        recipe.FineTuning.TeachAcross.Any(pair => pair.Contains(head) && pair.Contains(other));

    private static void AddTargets(
        Dictionary<string, Dictionary<string, float[]>> targets, RecipeHead head,
        List<(string Text, int Label)> known, List<(string Text, int Label)> others, float share, int seed)
    {
        var (outOfFold, teacher) = share > 0 ? LinearTeacher.Train(known, head.Labels.Count, seed) : ([], null);
        for (var i = 0; i < known.Count; i++)
        {
            var target = share > 0 ? outOfFold[i].Select(p => p * share).ToArray() : new float[head.Labels.Count];
            target[known[i].Label] += 1 - share;
            Of(known[i].Text)[head.Name] = target;
        }

        if (teacher is not null)
        {
            foreach (var (text, _) in others)
                Of(text).TryAdd(head.Name, teacher.Predict(text).Select(p => p * share).ToArray());
        }

        Dictionary<string, float[]> Of(string text)
        {
            if (!targets.TryGetValue(text, out var own)) targets[text] = own = new Dictionary<string, float[]>(StringComparer.Ordinal);
            return own;
        }
    }
}
