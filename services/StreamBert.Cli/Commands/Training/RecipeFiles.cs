using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Files;
using StreamBert.Cli.ModelCards.Contents;
using StreamBert.Contracts;
using StreamBert.Model;
using StreamBert.Model.Datasets;
using StreamBert.Model.Training.Recipes;

namespace StreamBert.Cli.Commands.Training;

/// <summary>
/// Validates and reads the files of a recipe. All are validated before any training starts, and one message lists all errors.
/// </summary>
internal sealed class RecipeFiles(Recipe recipe, string directory)
{
    private const long MaxVocabularyBytes = 64 * 1024 * 1024;

    private static readonly (string Option, string Field)[] DialectFields =
    [
        ("--encoding", "\"encoding\""), ("--separator", "\"separator\""), ("--no-header", "\"header\": false"),
    ];

    private readonly Dictionary<RecipeSource, RowFile> _files = [];

    /// <summary>Reads the files for the trainer.</summary>
    public RecipeReader Reader => new(ReadRows, ReadSentences)
    {
        ReadVocabulary = VocabularyPath is { } path ? () => [.. RegularFile.Lines(path, MaxVocabularyBytes)] : null,
    };

    private string? VocabularyPath => recipe.Vocabulary is { } name ? Path.Combine(directory, name) : null;

    /// <exception cref="CliException">
    /// A file is missing or cannot be read, or a column, a row or a label contradicts the recipe.
    /// </exception>
    public void Validate()
    {
        var errors = ListSources()
            .SelectMany(item => FindErrors(item.Source, item.Head).Select(error => (item.Source.File, Error: error)))
            .Concat(FindVocabularyErrors())
            .Distinct()
            .GroupBy(static item => item.File, static item => item.Error)
            .Select(static file => $"  {file.Key}: {string.Join("; ", file)}")
            .ToList();
        if (errors.Count > 0)
            throw new CliException($"The files in '{directory}' contradict the recipe; nothing was trained.\n{string.Join('\n', errors)}");
        foreach (var file in _files.Values.DistinctBy(static file => (file.Path, file.Format)))
            TextInputOptionGroup.ReportDetectedFormat(file);
    }

    /// <summary>Describes the file of a source for the model card.</summary>
    /// <param name="head">The head; null for the corpus.</param>
    public CardFile Describe(RecipeSource source, RecipeHead? head)
    {
        var use = head is null ? CardFile.Corpus : source.Split;
        var rows = head is { HasEntities: true } ? ReadSentences(source).Count : ReadRows(source).LongCount();
        return CardFile.Create(use, head?.Name, Path.Combine(directory, source.File), rows) with { Name = source.File };
    }

    /// <summary>Reads the rows of a source, with the column names of the recipe.</summary>
    private IEnumerable<IReadOnlyDictionary<string, string>> ReadRows(RecipeSource source)
    {
        var file = Open(source);
        var columns = source.Columns.Select(name => new RecipeColumn(name, file.FindColumn(name) ?? name)).ToList();
        foreach (var row in file.ReadRows())
        {
            var (values, fault) = RecipeColumn.Read(row, columns);
            yield return values ?? throw new CliException($"'{file.Path}', {row.Location}, cannot be used: {fault}.");
        }
    }

    private IReadOnlyList<TaggedSentence> ReadSentences(RecipeSource source) =>
        ConllFile.Read(source.File, SourceFile.Open(Path.Combine(directory, source.File), source.Encoding).ReadLines());

    private IEnumerable<(string File, string Error)> FindVocabularyErrors() =>
        VocabularyPath is { } path && !File.Exists(path) ? [(recipe.Vocabulary!, "the vocabulary does not exist")] : [];

    private IEnumerable<(RecipeSource Source, RecipeHead? Head)> ListSources()
    {
        foreach (var source in recipe.Corpus)
            yield return (source, null);
        foreach (var head in recipe.Heads)
        {
            foreach (var source in head.Sources)
                yield return (source, head);
        }
    }

    private IEnumerable<string> FindErrors(RecipeSource source, RecipeHead? head)
    {
        if (head?.HasEntities == true)
            return FindEntityErrors(source, head);
        if (head is not null && source.Label is null)
            return [$"the recipe has no label column for the head '{head.Name}'"];
        try
        {
            return new RecipeSourceCheck(Open(source), source, head).FindErrors();
        }
        catch (CliException e)
        {
            return [$"{e.Message.TrimEnd('.')}{DescribeRecipeFields(e.Message)}"]; // a missing or truncated file, another encoding
        }
    }

    private string[] FindEntityErrors(RecipeSource source, RecipeHead head)
    {
        try
        {
            var unknown = source.ReadSentences(Reader).SelectMany(static sentence => sentence.EntityTypes).Distinct()
                .Except(head.Labels).Where(static type => type != EntityMap.Unlabelled).Order(StringComparer.Ordinal).ToList();
            return unknown.Count == 0 ? [] :
            [
                $"entity types that the head '{head.Name}' does not have: {string.Join(", ", unknown)}; its types are: "
                    + $"{string.Join(", ", head.Labels)} (labelMap in the recipe maps other types)",
            ];
        }
        catch (Exception e) when (e is CliException or ModelPackageException)
        {
            return [e.Message.TrimEnd('.')];
        }
    }

    /// <summary>Names the fields of a recipe that correspond to the command-line options in a message.</summary>
    private static string DescribeRecipeFields(string message)
    {
        var fields = DialectFields.Where(field => message.Contains(field.Option, StringComparison.Ordinal))
            .Select(static field => $"{field.Field} for {field.Option}")
            .ToList();
        return fields.Count == 0 ? "" : $" (in the recipe, beside the file: {string.Join(", ", fields)})";
    }

    private RowFile Open(RecipeSource source)
    {
        if (_files.TryGetValue(source, out var file))
            return file;
        var dialect = new FileDialect(source.Encoding, FileDialect.ParseSeparator(source.Separator), source.Header);
        return _files[source] = RowFile.Open(Path.Combine(directory, source.File), allowPlainText: false, dialect);
    }
}
