using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using StreamBert.Model.Datasets;

namespace StreamBert.Model.Training.Recipes;

/// <summary>A file with texts.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RecipeSource
{
    /// <summary>The split of texts to train on.</summary>
    public const string TrainSplit = "train";

    /// <summary>The split of texts to select the best epoch and to fit temperatures on, besides held-out training texts.</summary>
    public const string ValidationSplit = "validation";

    /// <summary>The split of texts to evaluate on.</summary>
    public const string TestSplit = "test";

    /// <summary>The path of the file under the data directory.</summary>
    public required string File { get; init; }

    /// <summary>The column of the texts; default <c>text</c>.</summary>
    public string Text { get; init; } = "text";

    /// <summary>The column of the labels; null if the file has none.</summary>
    public string? Label { get; init; }

    /// <summary>
    /// A regular expression whose matches in the label column must all have the same first group, which is the label; other rows are
    /// skipped.
    /// </summary>
    public string? LabelPattern { get; init; }

    /// <summary>
    /// Maps labels, or entity types, of the file to those of the head; others stay unchanged. Words of an entity type that is mapped to
    /// <see cref="EntityMap.Unlabelled"/> are not trained on.
    /// </summary>
    public IReadOnlyDictionary<string, string> LabelMap { get; init; } = new Dictionary<string, string>();

    /// <summary><see cref="TrainSplit"/> (default), <see cref="ValidationSplit"/> or <see cref="TestSplit"/>.</summary>
    public string Split { get; init; } = TrainSplit;

    /// <summary>
    /// A column of whole numbers that divides the file: rows whose number is divisible by <see cref="SplitModulo"/> belong to the test
    /// split, the others to the training split. Null: all rows belong to the split.
    /// </summary>
    public string? SplitColumn { get; init; }

    /// <summary>The divisor for <see cref="SplitColumn"/>; default 5.</summary>
    public int SplitModulo { get; init; } = 5;

    /// <summary>
    /// The share of the texts, at the end of the file, that belong to the test split; the others belong to the training split. Null: all
    /// texts belong to the split.
    /// </summary>
    public double? TestShare { get; init; }

    /// <summary>The maximum number of texts, spread evenly over those of the split; null: all.</summary>
    public int? Limit { get; init; }

    /// <summary>How often an epoch contains each text; default 1. It raises the influence of a small file.</summary>
    public int Repeat { get; init; } = 1;

    /// <summary>The weight of each text in the loss; default 1.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>
    /// Whether texts of the file may be copied into the package as its anchor; null: yes. Set it to false if their license forbids it.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Anchor { get; init; }

    /// <summary>The character encoding of the file; null: UTF-8, or that of its byte order mark.</summary>
    public string? Encoding { get; init; }

    /// <summary>The separator between the columns of a CSV file; null: detected.</summary>
    public string? Separator { get; init; }

    /// <summary>
    /// Whether the first row of a CSV file contains the column names (default); otherwise they are column1, column2 and so on.
    /// </summary>
    public bool Header { get; init; } = true;

    /// <summary>The name of the source in reports: its path without the extension.</summary>
    [JsonIgnore]
    public string Name => Path.ChangeExtension(File, null);

    /// <summary>The columns that the file must have.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Columns => [.. new[] { Text, Label, SplitColumn }.OfType<string>().Distinct()];

    /// <summary>Determines whether this is a file, or in a directory, of a name.</summary>
    /// <param name="name">A path under the data directory, with or without extension.</param>
    public bool IsIn(string name) => File == name || Name == name || File.StartsWith(name + '/', StringComparison.Ordinal);

    /// <summary>Determines whether a row belongs to the split.</summary>
    /// <param name="row">The value of each column.</param>
    /// <returns>Null if the split column does not contain a whole number.</returns>
    public bool? IsInSplit(IReadOnlyDictionary<string, string> row)
    {
        if (SplitColumn is null) return true;
        if (!long.TryParse(row[SplitColumn], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return null;
        return number % SplitModulo == 0 == (Split == TestSplit);
    }

    /// <summary>Returns the label of a row.</summary>
    /// <param name="row">The value of each column.</param>
    /// <returns>Null if <see cref="LabelPattern"/> matches no label or several.</returns>
    /// <exception cref="ModelPackageException">The source has no label column.</exception>
    public string? GetLabel(IReadOnlyDictionary<string, string> row)
    {
        var label = row[Label ?? throw new ModelPackageException($"The recipe's source {File} has no label column.")];
        if (LabelPattern is not null)
        {
            var matches = Regex.Matches(label, LabelPattern).Select(static match => match.Groups[1].Value).Distinct().ToList();
            if (matches.Count != 1) return null;
            label = matches[0];
        }

        return LabelMap.GetValueOrDefault(label, label);
    }

    /// <summary>Reads the texts of the split.</summary>
    /// <param name="reader">Reads the file.</param>
    /// <returns>At most <see cref="Limit"/> texts.</returns>
    /// <exception cref="ModelPackageException">The split column does not contain whole numbers.</exception>
    public IEnumerable<string> ReadTexts(RecipeReader reader) => ApplyLimit(ReadSplit(reader).Select(row => row[Text]));

    /// <summary>Reads the labelled texts of the split.</summary>
    /// <param name="reader">Reads the file.</param>
    /// <returns>At most <see cref="Limit"/> texts with their labels.</returns>
    /// <exception cref="ModelPackageException">
    /// The source has no label column, or its split column does not contain whole numbers.
    /// </exception>
    public IEnumerable<(string Text, string Label)> ReadLabelledTexts(RecipeReader reader) => ApplyLimit(
        ReadSplit(reader).Select(row => (Text: row[Text], Label: GetLabel(row))).Where(static row => row.Label is not null)
            .Select(static row => (row.Text, row.Label!)));

    /// <summary>Reads the tagged sentences of the split, with the entity types of the head.</summary>
    /// <param name="reader">Reads the file.</param>
    /// <returns>At most <see cref="Limit"/> sentences.</returns>
    public IEnumerable<TaggedSentence> ReadSentences(RecipeReader reader)
    {
        var map = new EntityMap(LabelMap);
        return ApplyLimit(TakeShare(reader.ReadSentences(this)).Select(map.Apply));
    }

    private IEnumerable<IReadOnlyDictionary<string, string>> ReadSplit(RecipeReader reader) => TakeShare(reader.ReadRows(this).Where(row =>
        IsInSplit(row) ?? throw new ModelPackageException(
            $"{File}: '{SplitColumn}' is '{row[SplitColumn!]}'; the recipe needs whole numbers there to split the rows.")));

    private IEnumerable<T> TakeShare<T>(IEnumerable<T> items)
    {
        if (TestShare is not { } share) return items;
        var all = items.ToList();
        var training = all.Count - (int)Math.Round(share * all.Count, MidpointRounding.AwayFromZero);
        return Split == TestSplit ? all.Skip(training) : all.Take(training);
    }

    private IEnumerable<T> ApplyLimit<T>(IEnumerable<T> items)
    {
        if (Limit is not { } limit) return items;
        var all = items.ToList();
        return all.Where((_, i) => (long)i * limit / all.Count != (long)(i - 1) * limit / all.Count || i == 0);
    }
}
