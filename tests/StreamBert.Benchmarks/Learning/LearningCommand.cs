using System.Globalization;

namespace StreamBert.Benchmarks.Learning;

/// <summary>
/// Measures which candidates the training service promotes:
/// <c>learning --model DIR --data DIR [--scenario NAME] [--texts N] [--seeds N] [--verbose] [--set SETTING=VALUE]</c>,
/// with the shipped model <c>small</c>; a setting is relative to <c>Training</c>, such as <c>LearningRate=1e-4</c>.
/// </summary>
internal static class LearningCommand
{
    public const string Name = "learning";
    private const string Usage = "learning --model DIR --data DIR [--scenario NAME] [--texts N] [--seeds N] [--verbose] "
        + "[--set SETTING=VALUE]";

    public static async Task<int> RunAsync(BenchmarkArguments arguments, CancellationToken cancellation)
    {
        if (arguments.Find("--model") is not { } model || arguments.Find("--data") is not { } data)
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }
        var wanted = arguments.Find("--scenario");
        var scenarios = LearningScenario.All.Where(scenario =>
            wanted is null || scenario.Name.StartsWith(wanted, StringComparison.Ordinal)).ToList();
        var (count, seeds) = (arguments.FindNumber("--texts", 200), arguments.FindNumber("--seeds", 10));
        var bench = new LearningBench(model, data, arguments.ReadTrainingOptions());
        foreach (var scenario in scenarios)
            await MeasureAsync(bench, scenario, count, seeds, arguments.Has("--verbose"), cancellation);
        return scenarios.Count > 0 ? 0 : 2;
    }

    private static async Task MeasureAsync(
        LearningBench bench, LearningScenario scenario, int count, int seeds, bool isVerbose, CancellationToken cancellation)
    {
        var promoted = 0;
        for (var seed = 1; seed <= seeds; seed++)
        {
            var result = await bench.RunAsync(scenario, count, seed, cancellation);
            promoted += result.Trained.Accepted ? 1 : 0;
            WriteLine($"{scenario.Name} seed {seed}: {Describe(result)}");
            if (isVerbose)
                WriteLine($"  {string.Join("\n  ", result.Trained.Gates)}");
        }
        WriteLine($"{scenario.Name}: {promoted} of {seeds} promoted, {count} texts");
    }

    private static string Describe(LearningResult result)
    {
        var outcome = result.Trained.Accepted ? "promoted" : $"refused by {string.Join(", ", result.FailedGates)}";
        return FormattableString.Invariant($"accuracy {result.Before:0.000} → {result.After:0.000}, ")
            + FormattableString.Invariant($"old domain {result.OldBefore:0.000} → {result.OldAfter:0.000}, {outcome}");
    }

    private static void WriteLine(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
