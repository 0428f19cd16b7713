using System.Runtime.CompilerServices;
using StreamBert.Benchmarks.Learning;
using StreamBert.Contracts;
using StreamBert.Model.Classification;
using StreamBert.Training;

namespace StreamBert.Benchmarks.Adaptation;

/// <summary>
/// Streams texts of a domain that a model does not know; people label one in twenty, and the model is trained whenever enough are new.
/// </summary>
/// <param name="package">The directory of the model to start from, which was not trained on GoEmotions.</param>
/// <param name="data">The directory of the data sets.</param>
/// <param name="options">The options of training.</param>
internal sealed class AdaptationBench(string package, string data, TrainingOptions options)
{
    public const int TextsPerLabel = 20;

    private static readonly LearningScenario Honest = LearningScenario.All.First(static scenario => scenario.Name == "honest");

    private readonly LearningTexts _new = LearningTexts.ReadComments(data), _old = LearningTexts.ReadFinance(data);

    /// <summary>Yields the serving version before the first run and after each.</summary>
    public async IAsyncEnumerable<AdaptationStep> RunAsync(
        int runs, int seed, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var first = TextClassifier.Load(package);
        var anchor = LearningTexts.FindAnchor(package, data, first.Heads, hasFeedbackOnFinance: false);
        await using var learning = await LearningRuns.CreateAsync(package, anchor, options, cancellation);
        var labels = first.Heads.First(static head => head.Name == LearningRuns.Head).Labels;
        var random = new Random(seed);
        var feedback = Honest.Label(_new.Draw(int.MaxValue, random), labels, random).ToList();
        var step = Evaluate(first, "the shipped model");
        yield return step;
        for (var run = 0; run < runs && step.Labels < feedback.Count; run++)
        {
            var batch = feedback.Skip(step.Labels).Take(await learning.FindThresholdAsync(cancellation)).ToList();
            await learning.GiveAsync(batch, cancellation);
            var trained = await learning.TrainAsync(cancellation);
            step = Advance(step, batch.Count, trained, learning);
            yield return step;
        }
    }

    private AdaptationStep Advance(AdaptationStep last, int labels, ModelTrained trained, LearningRuns learning)
    {
        using var model = TextClassifier.Load(learning.Resolve(trained.Version));
        var candidate = Evaluate(model, trained.Version);
        return (trained.Accepted ? candidate : last) with
        {
            Labels = last.Labels + labels,
            Texts = (last.Labels + labels) * TextsPerLabel,
            CandidateAccuracy = candidate.NewDomain.Accuracy,
            Refused = [.. LearningResult.FindFailedGates(trained)],
        };
    }

    private AdaptationStep Evaluate(TextClassifier model, string version)
    {
        var report = _new.Evaluate(model);
        return new(0, 0, version, report, _old.Evaluate(model), report.Accuracy, []);
    }
}
