using System.Text.RegularExpressions;
using StreamBert.Model.Packages;

namespace StreamBert.Model.Training;

/// <summary>How a model is made from data: sizes, texts to pre-train on, and for each head its labels and sources. A JSON file.</summary>
public sealed record Recipe
{
    public required string Version { get; init; }
    public required RecipeSizes Sizes { get; init; }
    public int MaxTokens { get; init; } = 128;
    public int Seed { get; init; } = 1;
    public required IReadOnlyList<RecipeSource> Corpus { get; init; }
    public required IReadOnlyList<RecipeHead> Heads { get; init; }
    public PretrainOptions Pretraining { get; init; } = new();
    public FineTuneOptions FineTuning { get; init; } = new();

    /// <exception cref="ModelPackageException">The file is missing or not such a recipe.</exception>
    public static Recipe Read(string path) => PackageJson.Read<Recipe>(path);
}

/// <summary>The sizes of the encoder.</summary>
public sealed record RecipeSizes(int Vocabulary, int Hidden, int Layers, int AttentionHeads, int Intermediate, int MaxPositions);

/// <summary>A head with its sources; a source with <c>part = test</c> is only measured on.</summary>
public sealed record RecipeHead
{
    public required string Name { get; init; }
    public required IReadOnlyList<string> Labels { get; init; }
    public required IReadOnlyList<RecipeSource> Sources { get; init; }
}

/// <summary>One file of texts.</summary>
public sealed record RecipeSource
{
    /// <summary>Path under the data directory.</summary>
    public required string File { get; init; }
    public string Text { get; init; } = "text";
    public string? Label { get; init; }

    /// <summary>A pattern whose matches in the label column must all name the same label (its first group); other rows are left out.</summary>
    public string? LabelPattern { get; init; }

    /// <summary>Label in the file → label of the head. Unmapped labels stay as they are.</summary>
    public IReadOnlyDictionary<string, string> LabelMap { get; init; } = new Dictionary<string, string>();

    /// <summary><c>train</c> or <c>test</c>.</summary>
    public string Part { get; init; } = "train";

    /// <summary>Takes only rows whose number in this column is (test) or is not (train) divisible by <see cref="SplitModulo"/>.</summary>
    public string? SplitColumn { get; init; }
    public int SplitModulo { get; init; } = 5;

    /// <summary>At most so many rows, spread evenly over the file.</summary>
    public int? Limit { get; init; }

    /// <summary>Name in reports.</summary>
    public string Name => System.IO.Path.GetFileNameWithoutExtension(File);

    internal IEnumerable<string> Texts(string dataDirectory) => Spread(Rows(dataDirectory).Select(row => row[Text]));

    internal IEnumerable<(string Text, string Label)> Labelled(string dataDirectory)
    {
        foreach (var row in Rows(dataDirectory))
            if (LabelOf(row[Label ?? throw new ModelPackageException($"The recipe's source {File} names no label column.")]) is { } label)
                yield return (row[Text], LabelMap.GetValueOrDefault(label, label));
    }

    private IEnumerable<IReadOnlyDictionary<string, string>> Rows(string dataDirectory) =>
        TextTable.Read(System.IO.Path.Combine(dataDirectory, File)).Where(InPart);

    private bool InPart(IReadOnlyDictionary<string, string> row) =>
        SplitColumn is null || (long.Parse(row[SplitColumn], System.Globalization.CultureInfo.InvariantCulture) % SplitModulo == 0) == (Part == "test");

    private string? LabelOf(string value)
    {
        if (LabelPattern is null) return value;
        var found = Regex.Matches(value, LabelPattern).Select(match => match.Groups[1].Value).Distinct().ToList();
        return found.Count == 1 ? found[0] : null;
    }

    private IEnumerable<string> Spread(IEnumerable<string> texts)
    {
        if (Limit is not { } limit) return texts;
        var all = texts.ToList();
        return all.Where((_, i) => (long)i * limit / all.Count != (long)(i - 1) * limit / all.Count || i == 0);
    }
}

/// <summary>Options of masked-language-model pre-training.</summary>
public sealed record PretrainOptions
{
    public int Epochs { get; init; } = 8;

    /// <summary>Peak learning rate of AdamW; rises over the first 5 % of the steps, then falls linearly to zero.</summary>
    public double LearningRate { get; init; } = 1.5e-3;
    public int BatchTokens { get; init; } = 4096;

    /// <summary>Share of tokens to be guessed.</summary>
    public double MaskShare { get; init; } = 0.2;
    public double Dropout { get; init; } = 0.05;

    /// <summary>Longest piece of text in tokens.</summary>
    public int MaxTokens { get; init; } = 64;
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Compute the layers in bfloat16 with float32 weights: twice as fast where the processor has bf16 instructions.</summary>
    public bool MixedPrecision { get; init; } = true;
}

/// <summary>Where a training run stands.</summary>
/// <param name="Stage">What is being done, such as <c>pre-training</c>.</param>
public sealed record TrainingProgress(string Stage, int Epoch, int Epochs, int Step, int Steps, double Loss, double TokensPerSecond, TimeSpan Remaining);
