using System.Globalization;
using StreamBert.Benchmarks.Learning;
using StreamBert.Model.Classification;

namespace StreamBert.Benchmarks.Contention;

/// <summary>
/// Measures how much a training run slows inference in the same process, with inference busy on every core:
/// <c>contention --model DIR --data DIR [--texts N] [--runs N] [--set SETTING=VALUE]</c>.
/// </summary>
internal static class ContentionCommand
{
    public const string Name = "contention";
    private const string Usage = "contention --model DIR --data DIR [--texts N] [--runs N] [--set SETTING=VALUE]";
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(20);

    public static async Task<int> RunAsync(BenchmarkArguments arguments, CancellationToken cancellation)
    {
        if (arguments.Find("--model") is not { } package || arguments.Find("--data") is not { } data)
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }
        var (texts, options) = (LearningTexts.ReadComments(data), arguments.ReadTrainingOptions());
        using var model = TextClassifier.Load(package);
        var anchor = LearningTexts.FindAnchor(package, data, model.Heads, hasFeedbackOnFinance: false);
        var head = texts.FindHead(model);
        var honest = LearningScenario.All.First(static scenario => scenario.Name == "honest");
        using var load = new InferenceLoad(model, [.. texts.Test.Select(static text => text.Text)], Environment.ProcessorCount);
        await load.MeasureAsync(Task.Delay(Duration, cancellation)); // warm-up
        var slowdowns = new List<double>();
        for (var seed = 1; seed <= arguments.FindNumber("--runs", 3); seed++)
        {
            var random = new Random(seed);
            await using var runs = await LearningRuns.CreateAsync(package, anchor, head.Name, options, cancellation);
            await runs.GiveAsync(honest.Label(texts.Draw(arguments.FindNumber("--texts", 200), random), head, random), cancellation);
            var before = await load.MeasureAsync(Task.Delay(Duration, cancellation));
            var during = await MeasureDuringRunAsync(load, runs, cancellation);
            var after = await load.MeasureAsync(Task.Delay(Duration, cancellation));
            slowdowns.Add(1 - during * 2 / (before + after));
            WriteLine($"run {seed}: {before:0} texts/s before, {during:0} during a run, {after:0} after: {slowdowns[^1]:P1} slower\n");
        }
        WriteLine($"{slowdowns.Average():P1} slower on average of {slowdowns.Count} runs; {Environment.ProcessorCount} busy threads\n");
        return 0;
    }

    /// <summary>Measures while a run trains. It gets little of a busy processor and would take long to end, so it is cancelled.</summary>
    private static async Task<double> MeasureDuringRunAsync(InferenceLoad load, LearningRuns runs, CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var run = runs.TrainAsync(ending.Token);
        var throughput = await load.MeasureAsync(Task.WhenAny(run, Task.Delay(Duration, cancellation)));
        await ending.CancelAsync();
        await ((Task)run).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // cancelled, or it ended before
        return throughput;
    }

    private static void WriteLine(FormattableString text) => Console.Write(text.ToString(CultureInfo.InvariantCulture));
}
