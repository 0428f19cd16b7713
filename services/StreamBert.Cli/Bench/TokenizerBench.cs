using System.CommandLine;
using System.Globalization;
using StreamBert.Cli.CommandLine;
using StreamBert.Model.Benchmarking;
using StreamBert.Model.Packages;
using StreamBert.Model.Tokenization;

namespace StreamBert.Cli.Bench;

/// <summary>What <c>bench tokenizer</c> measured; speeds are medians over the rounds, on one thread.</summary>
/// <param name="Ratio">Our tokens a second over theirs.</param>
/// <param name="DifferentTexts">Texts whose ids differ between the two.</param>
internal sealed record TokenizerFigures(
    int Texts, int Rounds, long Tokens, double TokensPerSecond, double BytesPerText, double MicrosoftTokensPerSecond, double MicrosoftBytesPerText, double Ratio, int DifferentTexts);

/// <summary><c>bench tokenizer</c>: our tokenizer beside Microsoft.ML.Tokenizers', alternating in one run.</summary>
internal static class TokenizerBench
{
    private const int Rounds = 31;

    /// <summary>Until the runtime has compiled both for good, which it does in steps and in the background.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    private static readonly Option<string> Model = new("--model", "-m")
    {
        Description = "Directory of a model package with vocab.txt; default: the model that ships.",
        DefaultValueFactory = static _ => DefaultModel.Directory,
    };

    private static readonly Option<string?> Input = new("--input", "-i")
    {
        Description = "A file with texts (plain text, .csv, .jsonl); default: texts in the simulator's manner."
    };
    private static readonly Option<string?> TextColumn = new("--text")
    {
        Description = "The column of a CSV or JSON Lines file that holds the text."
    };
    private static readonly Option<bool> Json = new("--json") { Description = "Print the figures as one JSON line." };

    public static Command Create()
    {
        var command = new Command(
            "tokenizer",
            "Tokens a second on one thread, beside Microsoft.ML.Tokenizers on the same vocabulary and texts.")
        {
            Model, Input, TextColumn, Json,
        };
        command.SetAction(static (parsed, cancellation) =>
        {
            var texts = BenchTexts.Read(parsed.GetValue(Input), parsed.GetValue(TextColumn));
            var directory = DefaultModel.Checked(parsed.GetValue(Model)!);
            var comparison = TokenizerComparison.Open(directory, ModelPackage.ReadManifest(directory).Lowercase);
            var started = TimeProvider.System.GetTimestamp();
            while (TimeProvider.System.GetElapsedTime(started) < WarmUp) Measure(comparison, texts, 1, TimeProvider.System, cancellation);
            Print(Measure(comparison, texts, Rounds, TimeProvider.System, cancellation), parsed.GetValue(Json));
            return Task.FromResult(0);
        });
        return command;
    }

    internal static TokenizerFigures Measure(
        TokenizerComparison comparison,
        IReadOnlyList<string> texts,
        int rounds,
        TimeProvider time,
        CancellationToken cancellation)
    {
        var ours = new List<Round>();
        var theirs = new List<Round>();
        for (var round = 0; round < rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            ours.Add(Round.Of(() => comparison.CountTokens(texts), time));
            theirs.Add(Round.Of(() => comparison.CountMicrosoftTokens(texts), time));
        }
        var (own, other) = (Figures.Median(ours, static round => round.TokensPerSecond), Figures.Median(
            theirs,
            static round => round.TokensPerSecond));
        return new(texts.Count, rounds, ours[0].Tokens, own, Figures.Median(ours, static round => round.Bytes) / texts.Count,
            other, Figures.Median(theirs, static round => round.Bytes) / texts.Count, own / other, comparison.CountDifferences(texts));
    }

    private static void Print(TokenizerFigures figures, bool json)
    {
        if (json)
        {
            Figures.PrintJson(figures);
            return;
        }
        var table = Terminal.Table(
            $"{Number(figures.Texts)} texts, {Number(figures.Tokens)} tokens",
            "tokenizer",
            "#tokens/s",
            "#bytes a text");
        table.AddCells("StreamBert", Millions(figures.TokensPerSecond), Number(figures.BytesPerText));
        table.AddCells("Microsoft.ML.Tokenizers", Millions(figures.MicrosoftTokensPerSecond), Number(figures.MicrosoftBytesPerText));
        table.AddCaption($"{figures.Ratio.ToString("F1", CultureInfo.InvariantCulture)} times as fast; ids differ on {Number(figures.DifferentTexts)} texts; one thread, median of {figures.Rounds} rounds");
        Terminal.Write(table);
    }

    private static string Millions(double value) => (value / 1e6).ToString("F1", CultureInfo.InvariantCulture) + " M";

    private static string Number(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private sealed record Round(long Tokens, double TokensPerSecond, long Bytes)
    {
        public static Round Of(Func<long> count, TimeProvider time)
        {
            var bytes = GC.GetAllocatedBytesForCurrentThread();
            var start = time.GetTimestamp();
            var tokens = count();
            return new(tokens, tokens / time.GetElapsedTime(start).TotalSeconds, GC.GetAllocatedBytesForCurrentThread() - bytes);
        }
    }
}
