using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Files;
using StreamBert.Cli.Simulation;

namespace StreamBert.Cli.Bench;

/// <summary>Texts to measure with: those of a file, or English ones in the simulator's manner, the same every time.</summary>
public static class BenchTexts
{
    /// <summary>More texts say nothing new and would not fit the processor's cache.</summary>
    private const int Most = 20_000;
    private const int Written = 4_000;

    /// <exception cref="CliException">The file cannot be read, or holds no texts.</exception>
    public static IReadOnlyList<string> Read(string? path, string? column)
    {
        if (path is null)
            return Write();
        var file = RowFile.Open(path, plainToo: true);
        var texts = file.Columns.Count == 0 ? [] : file.Texts(file.TextColumn(column)).Take(Most).ToList();
        return texts.Count > 0 ? texts : throw new CliException($"'{path}' holds no texts (--input).");
    }

    /// <summary>Headlines and support chats.</summary>
    public static IReadOnlyList<string> Write()
    {
        var random = new Random(1);
        var news = Grammar.Load("news");
        var chats = Grammar.Load("chats");
        string[] headlines = [.. news.Rules.Where(static rule => rule.Contains(": ", StringComparison.Ordinal))];
        string[] moods = ["negative", "neutral", "positive"];
        return [.. Enumerable.Range(0, Written).Select(at => at % 2 == 0
            ? news.Write(headlines[random.Next(headlines.Length)], random)
            : chats.Write(moods[random.Next(moods.Length)], random))];
    }
}
