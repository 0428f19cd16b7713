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
    private static readonly TimeSpan IdleDuration = TimeSpan.FromSeconds(15);

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
        var labels = model.Heads.First(static head => head.Name == LearningRuns.Head).Labels;
        var honest = LearningScenario.All.First(static scenario => scenario.Name == "honest");
        using var load = new InferenceLoad(model, [.. texts.Test.Select(static text => text.Text)], Environment.ProcessorCount);
        await load.MeasureAsync(Task.Delay(IdleDuration, cancellation)); // warm-up
        var slowdowns = new List<double>();
        for (var seed = 1; seed <= arguments.FindNumber("--runs", 3); seed++)
        {
            var random = new Random(seed);
            await using var runs = await LearningRuns.CreateAsync(package, anchor, options, cancellation);
            await runs.GiveAsync(honest.Label(texts.Draw(arguments.FindNumber("--texts", 200), random), labels, random), cancellation);
            var before = await load.MeasureAsync(Task.Delay(IdleDuration, cancellation));
            var during = await load.MeasureAsync(Task.Run(() => runs.TrainAsync(cancellation), cancellation));
            var after = await load.MeasureAsync(Task.Delay(IdleDuration, cancellation));
            slowdowns.Add(1 - during.TextsPerSecond * 2 / (before.TextsPerSecond + after.TextsPerSecond));
            WriteLine($"run {seed}: {before.TextsPerSecond:0} texts/s before, {during.TextsPerSecond:0} during a run of ");
            WriteLine($"{during.Duration.TotalSeconds:0} s, {after.TextsPerSecond:0} after: {slowdowns[^1]:P1} slower\n");
        }
        WriteLine($"{slowdowns.Average():P1} slower on average of {slowdowns.Count} runs; {Environment.ProcessorCount} busy threads\n");
        return 0;
    }

    private static void WriteLine(FormattableString text) => Console.Write(text.ToString(CultureInfo.InvariantCulture));
}
