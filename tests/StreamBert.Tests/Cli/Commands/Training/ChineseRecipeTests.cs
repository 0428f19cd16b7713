using StreamBert.Model.Classification;
using StreamBert.Model.Packages;
using StreamBert.Tests.Model;

namespace StreamBert.Tests.Cli.Commands.Training;

/// <summary>
/// Trains a model on Chinese titles with a given vocabulary of single characters, as that of bert-base-chinese is. The language is a toy:
/// titles of sports contain 球, 赛 or 胜, those of finance 股, 银 or 币, between characters that mean nothing.
/// </summary>
[Collection(nameof(StreamBertCommandTests))]
public sealed class ChineseRecipeTests : IDisposable
{
    private const string Sports = "球赛胜", Finance = "股银币", Others = "的了今天人大小上下中国新年月日时分公司报道";

    private readonly TempFolder _folder = new();

    public ChineseRecipeTests()
    {
        string[] vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "，", "。", "gdp", .. Characters(Sports + Finance + Others)];
        File.WriteAllLines(_folder["vocab.txt"], vocabulary);
        WriteTitles("train.csv", 400, seed: 1);
        WriteTitles("test.csv", 100, seed: 2);
        File.WriteAllText(_folder["recipe.json"], """
            {
              "version": "news-zh", "vocabulary": "vocab.txt", "maxTokens": 32,
              "sizes": { "hidden": 32, "layers": 1, "attentionHeads": 2, "intermediate": 64, "maxPositions": 32 },
              "corpus": [{ "file": "train.csv" }],
              "heads": [{
                "name": "category", "labels": ["finance", "sports"],
                "sources": [{ "file": "train.csv", "label": "label" }, { "file": "test.csv", "label": "label", "split": "test" }]
              }],
              "pretraining": { "epochs": 1, "mixedPrecision": false },
              "fineTuning": { "epochs": 6, "learningRate": 5e-3, "batchTokens": 128 }
            }
            """);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_recipe_with_a_Chinese_vocabulary_becomes_a_model_that_classifies_Chinese()
    {
        var train = await RunAsync("train", "--recipe", _folder["recipe.json"], "--data", _folder[""], "--out", _folder["news"]);
        await RunAsync("classify", "--model", _folder["news"], "今天的球赛，中国人大胜。");

        Assert.Contains("│ category │", train.Out, StringComparison.Ordinal);
        var manifest = ModelPackage.ReadManifest(_folder["news"]);
        Assert.InRange(Assert.Single(manifest.Reports).Accuracy, 0.95, 1);
        Assert.False(manifest.CollapseUrls); // the vocabulary has no token for web addresses
        Assert.Equal(await ReadAsync("vocab.txt"), await ReadAsync(Path.Combine("news", "vocab.txt")));
        using var model = TextClassifier.Load(_folder["news"]);
        Assert.Equal("sports", model.Classify([model.Encode("今天的球赛，中国人大胜。")])[0].Heads["category"].Label);
        var lines = await File.ReadAllLinesAsync(_folder["vocab.txt"], TestContext.Current.CancellationToken);
        Assert.Equal("[CLS] gdp 上 下 ， 股 [SEP]", string.Join(' ', model.Encode("GDP上下，股").Ids.Select(id => lines[id])));
    }

    [Fact]
    public async Task A_missing_vocabulary_is_reported_before_anything_is_trained()
    {
        File.Delete(_folder["vocab.txt"]);

        var train = await CommandRun.RunAsync("train", "--recipe", _folder["recipe.json"], "--data", _folder[""], "--out", _folder["news"]);

        Assert.Equal(2, train.ExitCode);
        Assert.Contains("vocab.txt: the vocabulary does not exist", train.Error, StringComparison.Ordinal);
    }

    private void WriteTitles(string file, int count, int seed)
    {
        var random = new Random(seed);
        File.WriteAllLines(_folder[file], Enumerable.Range(0, count).Select(i => i % 2 == 0
            ? $"{Title(random, Sports)},sports"
            : $"{Title(random, Finance)},finance").Prepend("text,label"));
    }

    private static string Title(Random random, string topic)
    {
        var characters = random.GetItems<char>(Others, 9);
        characters[random.Next(characters.Length)] = topic[random.Next(topic.Length)];
        return new string(characters);
    }

    private static IEnumerable<string> Characters(string text) => text.Select(static character => character.ToString());

    private Task<string> ReadAsync(string file) => File.ReadAllTextAsync(_folder[file], TestContext.Current.CancellationToken);

    private static async Task<CommandRun> RunAsync(params string[] arguments)
    {
        var run = await CommandRun.RunAsync(arguments);
        Assert.True(run.ExitCode == 0, run.Error);
        return run;
    }
}
