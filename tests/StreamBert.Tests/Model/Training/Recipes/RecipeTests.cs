using StreamBert.Model;
using StreamBert.Model.Datasets;
using StreamBert.Model.Training.Recipes;

namespace StreamBert.Tests.Model.Training.Recipes;

public sealed class RecipeTests : IDisposable
{
    private const string Head = """{ "name": "mood", "labels": ["good", "bad"], "sources": [{ "file": "a/x.csv", "label": "label"%) }] }""";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "", "it needs base, a pretrained encoder, or sizes and corpus")]
    [InlineData("\"base\": \"b\", \"corpus\": [{ \"file\": \"c.csv\" }],", "", "exclude each other")]
    [InlineData("\"base\": \"b\",", ", \"split\": \"dev\"", "the split of a/x.csv is 'dev'; it must be train, validation, test")]
    [InlineData("\"base\": \"b\",", ", \"split\": \"test\"", "the head 'mood' has no source of the split train")]
    [InlineData("\"base\": \"b\",", ", \"repeat\": 0", "repeat of a/x.csv must be at least 1")]
    [InlineData("\"base\": \"b\",", ", \"testShare\": 1", "testShare of a/x.csv must be between 0 and 1")]
    [InlineData("\"base\": \"b\",", ", \"weights\": 2", "weights")]
    [InlineData("\"base\": \"b\", \"fineTuning\": { \"adapter\": { \"rank\": 0 } },", "", "the rank must be 1 to 512, not 0")]
    public void A_contradiction_is_refused_with_its_field(string encoder, string source, string expected)
    {
        File.WriteAllText(_folder["recipe.json"], $$"""{ "version": "v", {{encoder}} "heads": [{{Head.Replace("%)", source)}}] }""");

        var fault = Assert.Throws<ModelPackageException>(() => Recipe.Read(_folder["recipe.json"]));

        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_source_is_left_out_of_training_and_still_evaluated()
    {
        RecipeSource a = new() { File = "a/x.csv" }, b = new() { File = "b.csv" }, test = a with { File = "a/y.csv", Split = "test" };
        Recipe recipe = new() { Version = "v", Base = "base", Heads = [new() { Name = "mood", Labels = ["l"], Sources = [a, b, test] }] };

        Assert.Equal([b, test], recipe.Without("a/").Heads[0].Sources);
        Assert.Equal([a, test], recipe.Without("b").Heads[0].Sources);
        Assert.Contains(
            "No head", Assert.Throws<ModelPackageException>(() => recipe.Without("c")).Message, StringComparison.Ordinal);
        Assert.Contains(
            "only", Assert.Throws<ModelPackageException>(() => recipe.Without("a").Without("b")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_end_of_a_file_is_its_test_split_and_a_limit_is_spread_evenly()
    {
        RecipeReader reader = new(static _ => Enumerable.Range(0, 10).Select(Row), static _ => []);
        RecipeSource source = new() { File = "x.csv", Label = "label", TestShare = 0.2 };

        Assert.Equal(["8", "9"], (source with { Split = "test" }).ReadLabelledTexts(reader).Select(static row => row.Text));
        Assert.Equal(["0", "2", "4", "6"], (source with { Limit = 4 }).ReadLabelledTexts(reader).Select(static row => row.Text));

        static IReadOnlyDictionary<string, string> Row(int i) => new Dictionary<string, string> { ["text"] = $"{i}", ["label"] = "l" };
    }

    [Fact]
    public void Entity_types_are_mapped_tag_by_tag()
    {
        EntityMap map = new(new Dictionary<string, string> { ["person"] = "PER", ["thing"] = EntityMap.Unlabelled });

        var sentence = map.Apply(new TaggedSentence(["Ann", "Lee", "x", "Rome"], ["B-person", "I-person", "B-thing", "B-LOC"]));

        Assert.Equal(["B-PER", "I-PER", "B-?", "B-LOC"], sentence.Tags);
        Assert.Equal(["B-PER", "I-PER", "O", "B-LOC"], EntityMap.RemoveUnlabelled(sentence).Tags);
    }
}
