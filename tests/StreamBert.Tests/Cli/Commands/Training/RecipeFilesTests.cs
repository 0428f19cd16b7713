using StreamBert.Cli.Commands.Training;
using StreamBert.Cli.Errors;
using StreamBert.Model.Training.Recipes;
using StreamBert.Tests.Model;

namespace StreamBert.Tests.Cli.Commands.Training;

[Collection(nameof(StreamBertCommandTests))]
public sealed class RecipeFilesTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void All_errors_of_all_files_are_reported_in_one_message_before_any_training()
    {
        Write("capitals.csv", "text,label\nOil falls,Negative\nGold rises,Positive\n");
        Write("nested.jsonl", "{\"data\":{\"text\":\"Oil falls\"},\"label\":\"negativ\"}\n");
        Write("short.csv", "text,label\nOil falls\nGold rises,positive\n");
        Write("empty.csv", "text,label\n");

        var message = Refusal("capitals.csv", "nested.jsonl", "short.csv", "empty.csv", "none.csv");

        Assert.Contains("capitals.csv: labels in 'label' that the head 'sentiment' does not have: 'Negative' (1 rows), 'Positive' (1 "
            + "rows); its labels are: negative, positive", message, StringComparison.Ordinal);
        Assert.Contains(
            "nested.jsonl: it has no column 'text'; it is JSON Lines with the columns: data.text, label; labels in 'label'",
            message,
            StringComparison.Ordinal);
        Assert.Contains("short.csv: 1 invalid row: row 1 (line 2): it has 1 field", message, StringComparison.Ordinal);
        Assert.Contains("empty.csv: it contains no rows", message, StringComparison.Ordinal);
        Assert.Contains("none.csv: The file", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_separators_and_spaces_and_case_in_the_header_are_accepted()
    {
        Write("semicolons.csv", "text;label\nOil, OPEC falls;negative\n");
        Write("spaced.csv", "Text, label\nGold rises,positive\n");
        var (recipe, files) = Of("semicolons.csv", "spaced.csv");

        files.Validate();

        Assert.Equal(
            [("Oil, OPEC falls", "negative"), ("Gold rises", "positive")],
            recipe.Heads[0].Sources.SelectMany(source => source.ReadLabelledTexts(files.Reader)));
    }

    [Fact]
    public void A_source_specifies_the_dialect_of_its_file()
    {
        File.WriteAllBytes(_folder["latin.csv"], [.. "Caf"u8, 0xE9, .. "~positive\n"u8]);
        var source = new RecipeSource
        {
            File = "latin.csv",
            Text = "column1",
            Label = "column2",
            Encoding = "windows-1252",
            Separator = "~",
            Header = false
        };
        var (recipe, files) = Recipe([source]);

        files.Validate();

        Assert.Equal([("Café", "positive")], recipe.Heads[0].Sources[0].ReadLabelledTexts(files.Reader));
    }

    [Fact]
    public void A_row_without_a_number_in_the_split_column_is_invalid()
    {
        Write("split.csv", "n,text,label\n1,Oil falls,negative\nx,Gold rises,positive\n");

        var message = Assert.Throws<CliException>(Recipe([new() { File = "split.csv", Label = "label", SplitColumn = "n" }]).Files.Validate)
            .Message;

        Assert.Contains("row 2 (line 3): 'n' is 'x'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Entity_types_of_a_file_are_checked_and_mapped()
    {
        Write("news.conll", "Ann B-person\nvisits O\nAcme B-company\n\nOil O\nx B-thing\n");
        var map = new Dictionary<string, string> { ["person"] = "PER", ["thing"] = "?" };
        RecipeSource source = new() { File = "news.conll", LabelMap = map };
        var head = new RecipeHead { Name = "entities", Task = "tokens", Labels = ["ORG", "PER"], Sources = [source] };
        var files = new RecipeFiles(new() { Version = "v", Base = "b", Heads = [head] }, _folder.Path);

        var message = Assert.Throws<CliException>(files.Validate).Message;

        Assert.Contains("news.conll: entity types that the head 'entities' does not have: company; its types are: ORG, PER", message,
            StringComparison.Ordinal);
        Assert.Equal(["B-PER", "O", "B-company"], source.ReadSentences(files.Reader).First().Tags);
    }

    private string Refusal(params string[] files) => Assert.Throws<CliException>(Of(files).Files.Validate).Message;

    private (Recipe Recipe, RecipeFiles Files) Of(params string[] files)
        => Recipe([.. files.Select(static file => new RecipeSource { File = file, Label = "label" })]);

    private (Recipe Recipe, RecipeFiles Files) Recipe(IReadOnlyList<RecipeSource> sources)
    {
        var recipe = new Recipe
        {
            Version = "v",
            Sizes = new(1, 1, 1, 1, 1, 1),
            Corpus = sources,
            Heads = [new() { Name = "sentiment", Labels = ["negative", "positive"], Sources = sources }]
        };
        return (recipe, new(recipe, _folder.Path));
    }

    private void Write(string name, string content) => File.WriteAllText(_folder[name], content);
}
