using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace StreamBert.Model.Training.Recipes;

/// <summary>A file with texts.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RecipeSource
{
    /// <summary>The split of texts to train on.</summary>
    public const string TrainSplit = "train";

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

    /// <summary>Maps labels of the file to labels of the head; other labels stay unchanged.</summary>
    public IReadOnlyDictionary<string, string> LabelMap { get; init; } = new Dictionary<string, string>();

    /// <summary><see cref="TrainSplit"/> (default) or <see cref="TestSplit"/>.</summary>
    public string Split { get; init; } = TrainSplit;

    /// <summary>
    /// A column of whole numbers that divides the file: rows whose number is divisible by <see cref="SplitModulo"/> belong to the test
    /// split, the others to the training split. Null: all rows belong to the split.
    /// </summary>
    public string? SplitColumn { get; init; }

    /// <summary>The divisor for <see cref="SplitColumn"/>; default 5.</summary>
    public int SplitModulo { get; init; } = 5;

    /// <summary>The maximum number of texts for pre-training, spread evenly over the file; null: all.</summary>
    public int? Limit { get; init; }

    /// <summary>The character encoding of the file; null: UTF-8, or that of its byte order mark.</summary>
    public string? Encoding { get; init; }

    /// <summary>The separator between the columns of a CSV file; null: detected.</summary>
    public string? Separator { get; init; }

    /// <summary>
    /// Whether the first row of a CSV file contains the column names (default); otherwise they are column1, column2 and so on.
    /// </summary>
    public bool Header { get; init; } = true;

    /// <summary>The name of the source in reports.</summary>
    [JsonIgnore]
    public string Name => Path.GetFileNameWithoutExtension(File);

    /// <summary>The columns that the file must have.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Columns => [.. new[] { Text, Label, SplitColumn }.OfType<string>().Distinct()];

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
    /// <param name="rows">Reads the rows of the file.</param>
    /// <returns>At most <see cref="Limit"/> texts.</returns>
    /// <exception cref="ModelPackageException">The split column does not contain whole numbers.</exception>
    public IEnumerable<string> ReadTexts(RecipeRows rows) => ApplyLimit(ReadSplit(rows).Select(row => row[Text]));

    /// <summary>Reads the labelled texts of the split.</summary>
    /// <param name="rows">Reads the rows of the file.</param>
    /// <returns>The texts with their labels.</returns>
    /// <exception cref="ModelPackageException">
    /// The source has no label column, or its split column does not contain whole numbers.
    /// </exception>
    public IEnumerable<(string Text, string Label)> ReadLabelledTexts(RecipeRows rows)
    {
        foreach (var row in ReadSplit(rows))
        {
            if (GetLabel(row) is { } label) yield return (row[Text], label);
        }
    }

    private IEnumerable<IReadOnlyDictionary<string, string>> ReadSplit(RecipeRows rows) => rows(this).Where(row => IsInSplit(row)
        ?? throw new ModelPackageException(
            $"{File}: '{SplitColumn}' is '{row[SplitColumn!]}'; the recipe needs whole numbers there to split the rows."));

    private IEnumerable<string> ApplyLimit(IEnumerable<string> texts)
    {
        if (Limit is not { } limit) return texts;
        var all = texts.ToList();
        return all.Where((_, i) => (long)i * limit / all.Count != (long)(i - 1) * limit / all.Count || i == 0);
    }
}
