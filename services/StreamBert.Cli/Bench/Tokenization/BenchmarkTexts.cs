using StreamBert.Cli.Errors;
using StreamBert.Cli.Files;
using StreamBert.Cli.Simulation;

namespace StreamBert.Cli.Bench.Tokenization;

/// <summary>Provides texts for measurements: those of a file, or English ones from the simulator's grammars, the same every time.</summary>
public static class BenchmarkTexts
{
    private const int Seed = 1;

    /// <summary>More texts do not improve the measurement and exceed the cache of the processor.</summary>
    private const int MaxTexts = 20_000;
    private const int GeneratedTexts = 4_000;

    /// <exception cref="CliException">The file cannot be read, or contains no texts.</exception>
    public static IReadOnlyList<string> Read(string? path, string? column)
    {
        if (path is null)
            return Generate();
        var file = RowFile.Open(path, allowPlainText: true);
        var texts = file.Columns.Count == 0 ? [] : file.ReadTexts(file.FindTextColumn(column)).Take(MaxTexts).ToList();
        return texts.Count > 0 ? texts : throw new CliException($"'{path}' contains no texts (--input).");
    }

    /// <summary>Generates headlines and support chats.</summary>
    public static IReadOnlyList<string> Generate()
    {
        var random = new Random(Seed);
        var news = Grammar.Load("news");
        var chats = Grammar.Load("chats");
        string[] headlines = [.. news.Rules.Where(static rule => rule.Contains(": ", StringComparison.Ordinal))];
        string[] sentiments = ["negative", "neutral", "positive"];
        return
        [
            .. Enumerable.Range(0, GeneratedTexts).Select(index => index % 2 == 0
                ? news.Generate(headlines[random.Next(headlines.Length)], random)
                : chats.Generate(sentiments[random.Next(sentiments.Length)], random)),
        ];
    }
}
