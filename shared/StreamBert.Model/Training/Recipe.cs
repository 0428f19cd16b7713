using System.Globalization;
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

/// <summary>
/// The rows of a recipe's source: the values of its <see cref="RecipeSource.Columns"/>. Whoever trains reads the files; this project knows
/// no formats.
/// </summary>
public delegate IEnumerable<IReadOnlyDictionary<string, string>> RecipeRows(RecipeSource source);

/// <summary>One file of texts.</summary>
public sealed record RecipeSource
{
    /// <summary>Path under the data directory.</summary>
    public required string File { get; init; }
    public string Text { get; init; } = "text";
    public string? Label { get; init; }

    /// <summary>
    /// A pattern whose matches in the label column must all name the same label (its first group); other rows are left out.
    /// </summary>
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

    /// <summary>How the file's characters are stored; null: UTF-8, or what its byte order mark says.</summary>
    public string? Encoding { get; init; }

    /// <summary>The character between the fields of a CSV file; null: recognised.</summary>
    public string? Separator { get; init; }

    /// <summary>Whether the first row of a CSV file names the columns; else they are column1, column2 and so on.</summary>
    public bool Header { get; init; } = true;

    /// <summary>Name in reports.</summary>
    public string Name => System.IO.Path.GetFileNameWithoutExtension(File);

    /// <summary>The columns that must be there.</summary>
    public IReadOnlyList<string> Columns => [.. new[] { Text, Label, SplitColumn }.OfType<string>().Distinct()];

    /// <summary>Whether a row belongs to this part; null where its split column holds no whole number.</summary>
    public bool? IsInPart(IReadOnlyDictionary<string, string> row) => SplitColumn is null ? true
        : long.TryParse(row[SplitColumn], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? (number % SplitModulo == 0) == (Part == "test")
            : null;

    /// <summary>The label of a row; null where the pattern finds none, or several.</summary>
    public string? LabelOf(IReadOnlyDictionary<string, string> row)
    {
        var label = row[Label ?? throw new ModelPackageException($"The recipe's source {File} names no label column.")];
        if (LabelPattern is not null)
        {
            var found = Regex.Matches(label, LabelPattern).Select(static match => match.Groups[1].Value).Distinct().ToList();
            if (found.Count != 1) return null;
            label = found[0];
        }

        return LabelMap.GetValueOrDefault(label, label);
    }

    public IEnumerable<string> Texts(RecipeRows rows) => Spread(InPart(rows).Select(row => row[Text]));

    public IEnumerable<(string Text, string Label)> Labelled(RecipeRows rows)
    {
        foreach (var row in InPart(rows))
        {
            if (LabelOf(row) is { } label)
                yield return (row[Text], label);
        }
    }

    private IEnumerable<IReadOnlyDictionary<string, string>> InPart(RecipeRows rows) => rows(this).Where(row => IsInPart(row)
        ?? throw new ModelPackageException(
            $"{File}: '{SplitColumn}' is '{row[SplitColumn!]}'; the recipe splits the rows by a whole number there."));

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
public sealed record TrainingProgress(
    string Stage,
    int Epoch,
    int Epochs,
    int Step,
    int Steps,
    double Loss,
    double TokensPerSecond,
    TimeSpan Remaining);
