using StreamBert.Model.Classification;
using StreamBert.Training;

namespace StreamBert.Benchmarks.Learning;

/// <summary>Runs the training service's run on an embedded log, from feedback to a promoted or refused candidate.</summary>
/// <param name="package">The directory of the model to start from.</param>
/// <param name="data">The directory of the data sets.</param>
/// <param name="options">The options of training.</param>
internal sealed class LearningBench(string package, string data, TrainingOptions options)
{
    private readonly Lazy<LearningTexts> _finance = new(() => LearningTexts.ReadFinance(data));
    private readonly Lazy<LearningTexts> _comments = new(() => LearningTexts.ReadComments(data));

    public static DateTimeOffset Start { get; } = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);

    /// <summary>Gives the feedback of a scenario on so many texts, and trains and evaluates a candidate.</summary>
    public async Task<LearningResult> RunAsync(LearningScenario scenario, int count, int seed, CancellationToken cancellation)
    {
        var (texts, random) = (scenario.IsNewDomain ? _comments.Value : _finance.Value, new Random(seed));
        using var champion = TextClassifier.Load(package);
        var anchor = LearningTexts.FindAnchor(package, data, champion.Heads, !scenario.IsNewDomain);
        var head = texts.FindHead(champion);
        await using var runs = await LearningRuns.CreateAsync(package, anchor, head.Name, options, cancellation);
        await runs.GiveAsync(scenario.Label(texts.Draw(count, random), head, random), cancellation);
        var trained = await runs.TrainAsync(cancellation);
        using var candidate = TextClassifier.Load(runs.Resolve(trained.Version));
        return new(
            trained, texts.Evaluate(champion).Accuracy, texts.Evaluate(candidate).Accuracy,
            _finance.Value.Evaluate(champion).Accuracy, _finance.Value.Evaluate(candidate).Accuracy);
    }
}
