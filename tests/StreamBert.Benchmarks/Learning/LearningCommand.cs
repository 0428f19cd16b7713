using System.Globalization;
using Microsoft.Extensions.Configuration;
using StreamBert.Training;

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

    public static async Task<int> RunAsync(string[] arguments, CancellationToken cancellation)
    {
        if (Find(arguments, "--model") is not { } model || Find(arguments, "--data") is not { } data)
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }
        var wanted = Find(arguments, "--scenario");
        var scenarios = LearningScenario.All.Where(scenario =>
            wanted is null || scenario.Name.StartsWith(wanted, StringComparison.Ordinal)).ToList();
        var (count, seeds) = (FindNumber(arguments, "--texts", 200), FindNumber(arguments, "--seeds", 10));
        var bench = new LearningBench(model, data, ReadOptions(arguments));
        foreach (var scenario in scenarios)
            await MeasureAsync(bench, scenario, count, seeds, arguments.Contains("--verbose"), cancellation);
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

    private static TrainingOptions ReadOptions(string[] arguments)
    {
        var settings = arguments.Index().Where(argument => argument.Index > 0 && arguments[argument.Index - 1] == "--set")
            .Select(static argument => argument.Item.Split('=', 2))
            .ToDictionary(static setting => setting[0], static setting => (string?)setting[1]);
        var options = new TrainingOptions();
        new ConfigurationBuilder().AddInMemoryCollection(settings).Build().Bind(options);
        return options;
    }

    private static string? Find(string[] arguments, string name) =>
        Array.IndexOf(arguments, name) is >= 0 and var at && at + 1 < arguments.Length ? arguments[at + 1] : null;

    private static int FindNumber(string[] arguments, string name, int otherwise) =>
        Find(arguments, name) is { } value ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;
}
