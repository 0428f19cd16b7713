using System.CommandLine;
using StreamBert.Cli.Bench.Measuring;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Output;
using StreamBert.Model.Benchmarking;
using StreamBert.Model.Packages;
using StreamBert.Model.Tokenization;

namespace StreamBert.Cli.Bench.Tokenization;

/// <summary>Defines <c>bench tokenizer</c>, which compares the tokenizer with Microsoft.ML.Tokenizers, alternating in one run.</summary>
internal static class TokenizerBench
{
    private const int DefaultRounds = 31;

    /// <summary>The time in which the runtime compiles both tokenizers, in steps and in the background.</summary>
    private static readonly TimeSpan WarmUpTime = TimeSpan.FromSeconds(2);

    private static readonly Option<string> Model = new("--model", "-m")
    {
        Description = "Directory of a model package with vocab.txt. Default: the shipped model.",
        DefaultValueFactory = static _ => DefaultModel.Directory,
    };

    private static readonly Option<string?> Input = new("--input", "-i")
    {
        Description = "File with texts (plain text, .csv, .jsonl). Default: texts from the simulator's grammars.",
    };

    private static readonly Option<string?> TextColumn = new("--text")
    {
        Description = "Column of a CSV or JSON Lines file that contains the text. Default: detected by its name.",
    };

    private static readonly Option<bool> Json = BenchmarkOptions.CreateJson();

    public static Command Create()
    {
        var command = new Command(
            "tokenizer", "Measure tokens per second on one thread, compared with Microsoft.ML.Tokenizers on the same vocabulary and texts.")
        {
            Model, Input, TextColumn, Json,
        };
        command.SetAction(static (parsed, cancellation) => Task.FromResult(Run(parsed, TimeProvider.System, cancellation)));
        return command;
    }

    internal static TokenizerFigures Measure(
        TokenizerComparison comparison, IReadOnlyList<string> texts, int rounds, TimeProvider time, CancellationToken cancellation)
    {
        var streamBert = new List<TokenizerRound>();
        var microsoft = new List<TokenizerRound>();
        for (var round = 0; round < rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            streamBert.Add(TokenizerRound.Measure(() => comparison.CountTokens(texts), time));
            microsoft.Add(TokenizerRound.Measure(() => comparison.CountMicrosoftTokens(texts), time));
        }
        var tokensPerSecond = Statistics.Median(streamBert, static round => round.TokensPerSecond);
        var microsoftTokensPerSecond = Statistics.Median(microsoft, static round => round.TokensPerSecond);
        return new(
            texts.Count,
            rounds,
            streamBert[0].Tokens,
            tokensPerSecond,
            Statistics.Median(streamBert, static round => round.AllocatedBytes) / texts.Count,
            microsoftTokensPerSecond,
            Statistics.Median(microsoft, static round => round.AllocatedBytes) / texts.Count,
            tokensPerSecond / microsoftTokensPerSecond,
            comparison.CountDifferences(texts));
    }

    private static int Run(ParseResult parsed, TimeProvider time, CancellationToken cancellation)
    {
        var texts = BenchmarkTexts.Read(parsed.GetValue(Input), parsed.GetValue(TextColumn));
        var directory = ModelOption.ReadDirectory(parsed, Model);
        var comparison = TokenizerComparison.Open(directory, ModelPackage.ReadManifest(directory).Lowercase);
        var start = time.GetTimestamp();
        while (time.GetElapsedTime(start) < WarmUpTime)
            Measure(comparison, texts, rounds: 1, time, cancellation);
        Print(Measure(comparison, texts, DefaultRounds, time, cancellation), parsed.GetValue(Json));
        return 0;
    }

    private static void Print(TokenizerFigures figures, bool json)
    {
        if (json)
        {
            BenchmarkOutput.WriteJson(figures);
            return;
        }
        var table = Terminal.CreateTable(
            $"{Format.Count(figures.Texts)} texts, {Format.Count(figures.Tokens)} tokens", "tokenizer", "#tokens/s", "#bytes per text");
        AddRow("StreamBert", figures.TokensPerSecond, figures.BytesPerText);
        AddRow("Microsoft.ML.Tokenizers", figures.MicrosoftTokensPerSecond, figures.MicrosoftBytesPerText);
        table.AddCaption($"{Format.Number(figures.Ratio, "F1")} times as fast; token ids differ on "
            + $"{Format.Count(figures.DifferentTexts)} texts; one thread, median of {figures.Rounds} rounds");
        Terminal.Write(table);

        void AddRow(string name, double tokensPerSecond, double bytesPerText) =>
            table.AddCells(name, $"{Format.Number(tokensPerSecond / 1e6, "F1")} M", Format.Number(bytesPerText, "N0"));
    }
}
