using System.Globalization;
using StreamBert.Benchmarks.Learning;

namespace StreamBert.Benchmarks.Adaptation;

/// <summary>
/// Measures how the shipped model <c>small</c> learns a domain that it does not know, version by version:
/// <c>adaptation --model DIR --data DIR [--runs N] [--seed N] [--svg FILE] [--set SETTING=VALUE]</c>.
/// </summary>
internal static class AdaptationCommand
{
    public const string Name = "adaptation";
    private const string Usage = "adaptation --model DIR --data DIR [--runs N] [--seed N] [--svg FILE] [--set SETTING=VALUE]";

    public static async Task<int> RunAsync(BenchmarkArguments arguments, CancellationToken cancellation)
    {
        if (arguments.Find("--model") is not { } model || arguments.Find("--data") is not { } data)
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }
        var bench = new AdaptationBench(model, data, arguments.ReadTrainingOptions());
        var steps = new List<AdaptationStep>();
        Console.WriteLine(Row(
            "texts", "labels", "serving", "accuracy", "macro F1", "calibration error", "old domain: accuracy", "candidate: accuracy",
            "refused by"));
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        await foreach (var step in bench.RunAsync(arguments.FindNumber("--runs", 8), arguments.FindNumber("--seed", 1), cancellation))
        {
            steps.Add(step);
            Console.WriteLine(Describe(step));
        }
        if (arguments.Find("--svg") is { } file)
            await File.WriteAllTextAsync(file, AdaptationPlot.Draw(steps), cancellation);
        return 0;
    }

    private static string Describe(AdaptationStep step) => Row(
        Count(step.Texts), Count(step.Labels), step.Version, Share(step.NewDomain.Accuracy), Share(step.NewDomain.Macro.F1),
        Share(step.NewDomain.CalibrationError), Share(step.OldDomain.Accuracy), Share(step.CandidateAccuracy),
        string.Join(", ", step.Refused));

    private static string Row(params IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    private static string Count(int number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Share(double share) => share.ToString("0.000", CultureInfo.InvariantCulture);
}
